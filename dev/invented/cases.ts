import type { Request } from '#core/cases/request.ts';
import type { IdentityEvent } from '#core/events/identity.ts';
import {
  actsOf,
  ageHours,
  type InventedAct,
  isEmergencys,
  mayBeEmergency,
  reviewers,
  type Story,
  stories,
} from './acts.ts';
import { agencies, enforcing, type InventedAgency } from './agencies.ts';
import { type Chance, chanceFrom } from './chance.ts';
import { eventsOf, inventedPeople } from './people.ts';
import { hiddenName, inventedRequest, type Oddity } from './requests.ts';

/**
 * A desk with as many cases as one likes, for a newcomer to look at and for tests to try every screen on. Nobody in it
 * exists. The same count and the same instant give the same desk.
 *
 * The first sixty have come differently far: untouched, claimed, signed by one, asked about, open, closed. What is beyond
 * sixty mostly waits, as on a desk that has fallen behind.
 */
export interface InventedDesk {
  /** The first is who reads the page. */
  reviewers: typeof reviewers;
  agencies: readonly InventedAgency[];
  /** Whom requests for traffic data are notified to. */
  enforcing: typeof enforcing;
  requests: readonly InventedAsk[];
  /** In the order of time. Each is of a request, by its place in the list. */
  acts: readonly InventedAct[];
  /** What the provider's backend has told of the people who are asked for. */
  events: readonly IdentityEvent[];
}

export interface InventedAsk {
  agency: string;
  /** Who asks, by their pseudonym. */
  officer: string;
  receivedAt: string;
  story: Story;
  odd: Oddity;
  request: Request;
}

const hourMs = 3_600_000;
const peopleCount = 60;

/**
 * @param now the instant at which somebody looks at the desk, ISO 8601 UTC
 * @param clock `moves`: requests arrived and were acted on in the days before. `stands`: all of it happens now, for a
 *   deployment whose clock nobody can set
 */
export function inventedDesk(
  count: number,
  now: string,
  { clock = 'moves' }: { clock?: 'moves' | 'stands' } = {},
): InventedDesk {
  const chance = chanceFrom(21);
  const people = inventedPeople(peopleCount, chance);
  const events = people.flatMap((person) => eventsOf(person, now, chance));
  const [first] = people;
  if (first !== undefined)
    events.push({ kind: 'username', account: first.account, at: events[0]?.at ?? now, username: hiddenName });
  const asks = plan(count, chance).map(({ story, isEmergency, odd }, n): InventedAsk => {
    const agency = agencyFor(story, isEmergency, odd, chance);
    const receivedAt = clock === 'stands' ? now : arrival(story, isEmergency, now, n, chance);
    const request = inventedRequest({ n, agency, receivedAt, isEmergency, odd }, people, chance);
    return { agency: agency.id, officer: chance.pick(agency.officers), receivedAt, story, odd, request };
  });
  const acts = asks.flatMap(({ story, officer, request, receivedAt }, of) => {
    const life = Date.parse(now) - Date.parse(receivedAt);
    const within = (share: number) =>
      clock === 'stands' ? now : new Date(Date.parse(receivedAt) + life * share).toISOString();
    const handedIn: InventedAct[] =
      of % 3 === 0 && of < 60 ? [{ of, at: within(0.01), by: officer, act: 'hand-in' }] : [];
    return [...handedIn, ...actsOf(story, { of, officer, request }, chance, within)];
  });
  const inTime = acts.sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
  return { reviewers, agencies, enforcing, requests: asks, acts: inTime, events };
}

interface Planned {
  story: Story;
  isEmergency: boolean;
  odd: Oddity;
}

const odd: readonly Oddity[] = [
  'dated-ahead',
  'dated-long-ago',
  'beyond-receipt',
  'long',
  'hidden-characters',
];

function plan(count: number, chance: Chance): Planned[] {
  const first: Planned[] = [];
  let emergencies = 5;
  let oddOnes = [...odd, 'beyond-receipt' as const];
  for (const [story, times] of Object.entries(stories)) {
    if (!isStory(story)) continue;
    for (let i = 0; i < times; i++) {
      const isEmergency = isEmergencys(story) || (mayBeEmergency(story) && emergencies-- > 0);
      const [next = 'none', ...rest] = story === 'waiting' && !isEmergency ? oddOnes : [];
      if (next !== 'none') oddOnes = rest;
      first.push({ story, isEmergency, odd: next });
    }
  }
  const shuffled = chance.shuffled(first);
  const more = Array.from({ length: Math.max(0, count - first.length) }, (): Planned => {
    const story = chance.pick(usual);
    return { story, isEmergency: story === 'waiting' && chance.isLucky(0.01), odd: 'none' };
  });
  return [...shuffled, ...more].slice(0, count);
}

const usual: readonly Story[] = [
  ...Array.from({ length: 77 }, (): Story => 'waiting'),
  'signed by a colleague',
  'signed narrower by a colleague',
  'claimed by a colleague',
];

function isStory(name: string): name is Story {
  return Object.hasOwn(stories, name);
}

function agencyFor(story: Story, isEmergency: boolean, odd: Oddity, chance: Chance): InventedAgency {
  const isOne = ({ authority, instruments }: InventedAgency) => {
    // An emergency whose order a judge or prosecutor issued owes no validation: one that is owed is the police's.
    if (story === 'owed') return authority === 'OtherCompetentAuthority';
    return !isEmergency || instruments.includes('EPOC') || authority === 'OtherCompetentAuthority';
  };
  // Eight subjects over a year are as many months' keys as a case may open: of two categories, not of three.
  const isSmall = ({ authority }: InventedAgency) => odd !== 'long' || authority === 'PublicProsecutor';
  return chance.pick(agencies.filter((agency) => isOne(agency) && isSmall(agency)));
}

function arrival(story: Story, isEmergency: boolean, now: string, n: number, chance: Chance): string {
  const [least, most] = ageHours(story, isEmergency);
  // A few are overdue: one emergency of the first sixty, and one in a hundred of the others.
  const late = n % 97 === 13 && story === 'waiting' ? (isEmergency ? 3 : 120) : 0;
  const hours = chance.between(least, most) + late;
  return new Date(Date.parse(now) - Math.round(hours * hourMs)).toISOString();
}
