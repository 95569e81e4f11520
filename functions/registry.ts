import { keyDesk } from '#core/gateway/people.ts';
import { registryDesk } from '#core/gateway/registry.ts';
import { registryRoutes } from '#core/wire/registry.ts';
import { systemChance } from './aws/chance.ts';
import { systemClock } from './aws/clock.ts';
import { env } from './aws/env.ts';
import { newest } from './aws/newest.ts';
import { watch } from './aws/observe.ts';
import { serveSigned } from './aws/serve.ts';
import { cases, emergencies, heard, registry, suspensions } from './aws/state.ts';
import { registryHandlers } from './handlers/registry.ts';

/** Who is enrolled: changes are proposed and decided here, and keys revoked. */
const { AUTHORITY, COOL_OFF_HOURS } = env('AUTHORITY', 'COOL_OFF_HOURS');

const enrolment = registryDesk({
  registry,
  newest,
  emergencies,
  suspensions,
  heard,
  cases,
  clock: systemClock,
  chance: systemChance,
  watch,
  coolOffHours: COOL_OFF_HOURS,
});

const keys = keyDesk({ registry });

export const handler = serveSigned(registryRoutes, AUTHORITY, registryHandlers(enrolment, keys));
