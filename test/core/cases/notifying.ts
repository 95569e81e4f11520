/** A policy that has an enforcing authority notified, and what it is told, for the tests of the desk. */
import type { Policy } from '#core/cases/policy.ts';
import type { Request } from '#core/cases/request.ts';
import type { Terms } from '#core/registry/terms.ts';
import { policy } from './cases.ts';

export const authority = 'ie-authority';

/** As shipped, but that an authority is notified of every order for traffic data. */
export const notifying: Policy = {
  ...policy,
  name: 'notifying',
  notification: {
    Routine: { within: { days: 10 }, waits: true },
    Emergency: { within: { hours: 96 }, waits: false },
    exempt: 'resident',
  },
  categories: {
    ...policy.categories,
    TrafficData: policy.categories.TrafficData.map((line) => ({ ...line, notified: true })),
  },
};

export const told = <R extends Pick<Request, 'categories'>>(asked: R) => ({
  ...asked,
  notification: { authority },
});

/** Of an authority that enforces, and asks for nothing. */
export const enforcing: Terms = {
  jurisdictions: ['IE'],
  instruments: [],
  categories: [],
  rates: { requestsPerDay: 0, emergenciesPerWeek: 0 },
  enforces: true,
};
