import type { Request, Subject } from '#core/cases/request.ts';
import { type Category, categories } from '#core/categories/categories.ts';
import { enforcing, type InventedAgency } from './agencies.ts';
import type { Chance } from './chance.ts';
import { orderDigest } from './order.ts';
import { type InventedPerson, subjectOf } from './people.ts';

/** What is out of the ordinary about a request, for the warnings that a screen shows. */
export const oddities = [
  'none',
  /** Its order is dated a little ahead of our clock. */
  'dated-ahead',
  /** Its order is three years old. */
  'dated-long-ago',
  /** Its period ends after it arrived. */
  'beyond-receipt',
  /** Its reference and what it names are as long as they may be. */
  'long',
  /** A name within it turns the direction of writing. */
  'hidden-characters',
] as const;
export type Oddity = (typeof oddities)[number];

export interface Asking {
  n: number;
  agency: InventedAgency;
  receivedAt: string;
  isEmergency: boolean;
  odd: Oddity;
}

const dayMs = 86_400_000;
const wire = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** A request that the policy `eu-e-evidence` takes, as its agency would write it. */
export function inventedRequest(
  { n, agency, receivedAt, isEmergency, odd }: Asking,
  people: readonly InventedPerson[],
  chance: Chance,
): Request {
  const received = Date.parse(receivedAt);
  const { authority, country } = agency;
  const kind =
    isEmergency && authority !== 'OtherCompetentAuthority' ? 'EPOC' : chance.pick(agency.instruments);
  const asked = categoriesOf(agency, isEmergency, chance);
  const offence = offenceOf(agency, asked, chance);
  const dated = { 'dated-ahead': -120_000, 'dated-long-ago': 1100 * dayMs };
  const ago =
    odd === 'dated-ahead' || odd === 'dated-long-ago' ? dated[odd] : chance.between(0.05, 6) * dayMs;
  const reference = agency.reference(n, receivedAt.slice(2, 4));
  const notice =
    !isEmergency && chance.isLucky(0.35)
      ? {
          notice: {
            delayUntil: wire(received + chance.whole(30, 300) * dayMs),
            reason: chance.pick([
              'evidence',
              'flight',
              'witnesses',
              'jeopardising the investigation',
            ] as const),
          },
        }
      : {};
  return {
    reference:
      odd === 'long' ? `${reference} – ${'Sonderkommission Hafenlichter, '.repeat(3)}Band 7` : reference,
    instrument: {
      kind,
      jurisdiction: country,
      authoriserRole: authority,
      issuedAt: wire(received - ago),
      offence,
      digest: orderDigest(n),
      ...(chance.isLucky(0.6) ? { authority: agency.name } : {}),
    },
    investigation: 'criminal',
    priority: isEmergency ? 'Emergency' : 'Routine',
    ...(isEmergency && chance.isLucky(0.75)
      ? { threat: chance.pick(['life', 'life', 'limb', 'safety'] as const) }
      : {}),
    subjects: subjectsOf(people, odd, isEmergency, chance),
    categories: asked,
    period: periodOf(received, odd, chance),
    ...notice,
    ...notificationOf(kind, asked, chance),
  };
}

function categoriesOf({ authority }: InventedAgency, isEmergency: boolean, chance: Chance): Category[] {
  // Traffic data take a judge's order.
  const isJudges = authority === 'JudgeCourtOrInvestigatingJudge';
  const allowed = categories.filter((category) => isJudges || category !== 'TrafficData');
  const most = isEmergency ? 2 : allowed.length;
  const chosen = chance.some(allowed, chance.whole(1, most));
  return chosen.length === 0 ? ['UserIdentifyingData'] : chosen;
}

/** An offence that the policy lists as below the threshold gets nobody traffic data. */
function offenceOf({ offences }: InventedAgency, asked: readonly Category[], chance: Chance): string {
  const isServed = (offence: string) => !asked.includes('TrafficData') || offence !== 'StGB 185';
  return chance.pick(offences.filter(isServed));
}

function subjectsOf(
  people: readonly InventedPerson[],
  odd: Oddity,
  isEmergency: boolean,
  chance: Chance,
): Subject[] {
  const count = odd === 'long' ? 8 : chance.pick(isEmergency ? [1, 1, 2] : [1, 1, 1, 1, 2, 2, 3, 4, 6]);
  const kinds = ['account', 'phone', 'username'] as const;
  const subjects = chance.some(people, count).map((person) => subjectOf(person, chance.pick(kinds)));
  // Shown as it is, what follows it would read from right to left.
  return odd === 'hidden-characters' ? [{ kind: 'username', value: hiddenName }, ...subjects] : subjects;
}

/** A name with a character in it that nobody sees: it is somebody's, and it is to be shown for what it is. */
export const hiddenName = 'birch\u202eretto.77';

function periodOf(received: number, odd: Oddity, chance: Chance): Request['period'] {
  const to = odd === 'beyond-receipt' ? received + 0.6 * dayMs : received - chance.between(0, 3) * dayMs;
  const days = odd === 'long' ? 365 : chance.pick([3, 7, 14, 30, 60, 90, 180]);
  const midnight = (ms: number) => ms - (ms % dayMs);
  return {
    from: wire(midnight(to - days * dayMs)),
    to: odd === 'beyond-receipt' ? wire(to) : wire(midnight(to)),
  };
}

/** Of traffic data under a European Production Order an enforcing authority is notified, or the person resides there. */
function notificationOf(
  kind: string,
  asked: readonly Category[],
  chance: Chance,
): Pick<Request, 'notification'> {
  if (kind !== 'EPOC' || !asked.includes('TrafficData')) return {};
  return { notification: chance.isLucky(0.4) ? { authority: enforcing.id } : { exempt: 'resident' } };
}
