import type { IdentityEvent } from '#core/events/identity.ts';

/**
 * Three made-up people for the demo and the tests: addresses of documentation ranges (RFC 5737, RFC 3849), numbers
 * of ranges that regulators keep for fiction. The same events for the same instant.
 *
 * @param now the events lie in the 60 days before it
 */
export function sampleEvents(now: string): IdentityEvent[] {
  const at = (daysAgo: number, minutes: number) =>
    new Date(Date.parse(now) - daysAgo * 86_400_000 + minutes * 60_000)
      .toISOString()
      .replace(/\.\d+/, '.000');
  const events: IdentityEvent[] = [
    { kind: 'phone', account: samples.alice, at: at(58, 0), phone: samples.alicesOldNumber },
    { kind: 'phone', account: samples.alice, at: at(40, 0), phone: samples.alicesNumber },
    { kind: 'phone', account: samples.bob, at: at(57, 0), phone: samples.bobsNumber },
    { kind: 'phone', account: samples.carol, at: at(56, 0), phone: samples.carolsNumber },
  ];
  for (let day = 55; day >= 1; day -= 2) {
    events.push(
      {
        kind: 'access',
        account: samples.alice,
        at: at(day, 7),
        ip: `192.0.2.${1 + (day % 4)}`,
        port: 40_000 + day,
      },
      { kind: 'access', account: samples.bob, at: at(day, 11), ip: `198.51.100.${day}`, port: 41_000 + day },
      { kind: 'access', account: samples.carol, at: at(day, 13), ip: `2001:db8::${day}`, port: 42_000 + day },
    );
  }
  return events;
}

export const samples = {
  alice: 'alice@example.org',
  bob: 'bob@example.org',
  carol: 'carol@example.org',
  alicesOldNumber: '+4915200000011',
  alicesNumber: '+4915200000012',
  bobsNumber: '+4915200000013',
  carolsNumber: '+4915200000014',
};
