import type { Subject } from '#core/cases/request.ts';
import type { IdentityEvent } from '#core/events/identity.ts';
import type { Chance } from './chance.ts';

/**
 * People who do not exist. Their numbers are of ranges that regulators keep for fiction (BNetzA, Ofcom, ARCEP), their
 * addresses of documentation ranges (RFC 5737, RFC 3849).
 */
export interface InventedPerson {
  account: string;
  phone: string;
  username: string;
  /** Since when there is something to find, in days before now. */
  sinceDays: number;
}

const words = [
  'amber',
  'birch',
  'cobalt',
  'delta',
  'ember',
  'falcon',
  'granite',
  'harbour',
  'indigo',
  'juniper',
];
const animals = ['otter', 'heron', 'lynx', 'marten', 'finch', 'badger', 'stoat', 'plover', 'grebe', 'vole'];

const phones = [
  (n: number) => `+49171392${String(n % 100).padStart(4, '0')}`,
  (n: number) => `+447700900${String(n % 1000).padStart(3, '0')}`,
  (n: number) => `+3363998${String(n % 10_000).padStart(4, '0')}`,
] as const;

/** So many people, none of whom has another's account, number or name. */
export function inventedPeople(count: number, chance: Chance): InventedPerson[] {
  return Array.from({ length: count }, (_, n) => ({
    account: `acct-${String(700_001 + n * 37)}`,
    phone: phoneOf(n),
    username: `${chance.pick(words)}.${chance.pick(animals)}${String(n).padStart(2, '0')}`,
    sinceDays: chance.whole(120, 330),
  }));
}

function phoneOf(n: number): string {
  const [german, british, french] = phones;
  if (n < 100) return german(n);
  return n < 1100 ? british(n - 100) : french(n - 1100);
}

export function subjectOf(person: InventedPerson, kind: Subject['kind']): Subject {
  return { kind, value: person[kind] };
}

/** What the provider's backend would have told of somebody: their number and name, and log-ins of each month. */
export function eventsOf(person: InventedPerson, now: string, chance: Chance): IdentityEvent[] {
  const { account, phone, username, sinceDays } = person;
  const before = (days: number) => new Date(Date.parse(now) - Math.round(days * 86_400_000)).toISOString();
  const since = before(sinceDays);
  const logins = Array.from({ length: Math.ceil(sinceDays / 15) }, (_, n) => ({
    kind: 'access' as const,
    account,
    at: before(Math.max(0.1, sinceDays - n * 15 - chance.between(0, 14))),
    ip: chance.isLucky(0.7)
      ? `${chance.pick(['192.0.2', '198.51.100', '203.0.113'])}.${chance.whole(1, 254)}`
      : `2001:db8:${chance.whole(1, 0xffff).toString(16)}::${chance.whole(1, 0xffff).toString(16)}`,
    port: chance.whole(1024, 65_535),
  }));
  return [
    { kind: 'phone', account, at: since, phone },
    { kind: 'username', account, at: since, username },
    ...logins,
  ];
}
