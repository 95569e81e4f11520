import { generateKeyPairSync } from 'node:crypto';
import type { Proposal } from '#core/registry/change.ts';
import type { InventedAct } from '#dev/invented/acts.ts';
import type { InventedAsk, InventedDesk } from '#dev/invented/cases.ts';
import { orderOf } from '#dev/invented/order.ts';
import { approval, firstReviewer, type Gateway } from '../core/gateway/gateway.ts';
import { type Holder, holder } from '../core/registry/registry.ts';
import type { MemoryClock } from '../memory/outside.ts';

/** Plays an invented desk: enrols its people, and has each of them do what they did, at its time. */

/** Everybody who has a key, by their pseudonym. */
export type People = Map<string, Holder>;

export interface PlayedCase {
  id: string;
  requestDigest: string;
}

const dayMs = 86_400_000;
export const before = (instant: string, days: number) =>
  new Date(Date.parse(instant) - days * dayMs).toISOString();

/** A desk with its reviewers and agencies, and nothing asked of it yet. */
export async function inhabit(
  calls: Gateway,
  { reviewers, agencies, enforcing }: InventedDesk,
): Promise<People> {
  const people: People = new Map();
  const reviewer = (name: string) => known(people, name, () => holder(name, 'reviewer'));
  const [first, second, ...others] = reviewers;
  await calls.found([first, second].map((name) => firstReviewer(reviewer(name))));
  for (const name of others)
    await enrol(calls, people, { kind: 'reviewer', reviewer: firstReviewer(reviewer(name)) });
  for (const { id, name, officers, terms } of [...agencies, enforcing]) {
    const officer = (holderName: string) => known(people, holderName, () => holder(holderName, 'agency', id));
    const [head = '', ...more] = officers;
    await enrol(calls, people, {
      kind: 'agency',
      agency: { id, name, encryptionKey: encryptionKey(), terms: { ...terms } },
      officer: firstReviewer(officer(head)),
    });
    for (const one of more)
      await enrol(
        calls,
        people,
        { kind: 'officer', agency: id, officer: firstReviewer(officer(one)) },
        personOf(people, head),
      );
  }
  return people;
}

/** What two reviewers sign, and the agency's own officer where it must. */
export async function enrol(
  calls: Gateway,
  people: People,
  proposal: Proposal,
  officer?: Holder,
): Promise<void> {
  const { enrolment, call } = calls;
  const [one, other] = [...people.values()].filter(({ key }) => key.role === 'reviewer');
  if (one === undefined || other === undefined) throw new Error('there are no two reviewers');
  const change = await enrolment.propose(await call(one, proposal));
  await enrolment.decide(await call(other, approval(change), change.id));
  if (officer === undefined) return;
  const confirmation = { decision: 'confirm', changeDigest: change.changeDigest } as const;
  await enrolment.decide(await call(officer, confirmation, change.id));
}

/** Of so many cases each is handed in; the others that nobody acts on only lie in the tables, as ten times as fast. */
const handedIn = 200;

/**
 * Has everything happen in the order of time, the clock going along.
 *
 * @param place puts a case into the tables that nobody handed in
 */
export async function play(
  calls: Gateway,
  people: People,
  { requests, acts }: InventedDesk,
  {
    clock,
    place,
  }: { clock: Pick<MemoryClock, 'set'>; place: (ask: InventedAsk, by: Holder) => Promise<PlayedCase> },
): Promise<PlayedCase[]> {
  const played: PlayedCase[] = [];
  const acted = new Set(acts.map(({ of }) => of));
  const steps = [
    ...requests.map((ask, of) => ({
      at: ask.receivedAt,
      async take() {
        const by = personOf(people, ask.officer);
        played[of] =
          of < handedIn || acted.has(of)
            ? await calls.requests.submit(await calls.call(by, ask.request))
            : await place(ask, by);
      },
    })),
    ...acts.map((act) => ({
      at: act.at,
      async take() {
        const [on, ask] = [played[act.of], requests[act.of]];
        if (on === undefined || ask === undefined) throw new Error('an act on nothing');
        await perform(calls, personOf(people, act.by), act, on);
      },
    })),
  ];
  for (const { at, take } of steps.sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)))) {
    clock.set(at);
    await take();
  }
  return played;
}

async function perform(
  { reviews, requests, call }: Gateway,
  by: Holder,
  act: InventedAct,
  { id, requestDigest }: PlayedCase,
): Promise<unknown> {
  const on = <Input>(input: Input) => call(by, input, id);
  switch (act.act) {
    case 'view':
      return reviews.show(await call(by, undefined, id));
    case 'decide':
      return reviews.decide(await on({ ...act.decision, requestDigest }));
    case 'claim':
      return reviews.claim(await on(act.input));
    case 'note':
      return reviews.note(await on({ text: act.text }));
    case 'ask':
      return reviews.ask(await on({ ...act.question, requestDigest }));
    case 'write':
      return reviews.write(await on({ text: act.text }));
    case 'suspend':
      return reviews.suspend(await on({ ...act.suspension, requestDigest }));
    case 'answer':
      return requests.inform(await on(act.answer));
    case 'reply':
      return requests.write(await on({ text: act.text }));
    case 'hand-in':
      return requests.handIn(await on({ type: 'application/pdf' as const, bytes: orderOf(act.of) }));
    case 'validate':
      return requests.validate(await on(act.validation));
    case 'withdraw':
      return requests.withdraw(await on({}));
  }
}

/** What a registry has on an ordinary day: changes that wait, a key that cools, one that was revoked. */
export async function ordinaryRegistry(
  calls: Gateway,
  people: People,
  { now, held }: { now: string; held: string | undefined },
): Promise<void> {
  const [jansen, dubois, novak] = ['r.jansen', 'm.dubois', 'l.novak'].map((name) => personOf(people, name));
  if (jansen === undefined || dubois === undefined || novak === undefined) return;
  const { enrolment, call } = calls;
  const lost = holder('de-altenwerda-1', 'agency', 'de-sta-altenwerda');
  const officer = { kind: 'officer', agency: 'de-sta-altenwerda', officer: firstReviewer(lost) } as const;
  await enrol(calls, people, officer, personOf(people, 'de-altenwerda-1'));
  await enrolment.revoke(await call(jansen, { keyid: lost.key.keyId, reason: 'lost' } as const));
  const keller = known(people, 's.keller', () => holder('s.keller', 'reviewer'));
  const tomorrow = before(now, -1);
  await enrol(calls, people, {
    kind: 'reviewer',
    reviewer: { ...firstReviewer(keller), activeFrom: tomorrow },
  });
  const newcomer = firstReviewer(holder('nl-waterkerk-2', 'agency', 'nl-om-waterkerk'));
  const waiting: [Holder, Proposal][] = [
    [jansen, { kind: 'officer', agency: 'nl-om-waterkerk', officer: newcomer }],
    [dubois, { kind: 'policy', policyHash: `sha-256=:${'N'.repeat(43)}=:` }],
    ...(held === undefined
      ? []
      : [[novak, { kind: 'hold', case: held, until: before(now, -200) }] satisfies [Holder, Proposal]]),
  ];
  for (const [by, proposal] of waiting) await enrolment.propose(await call(by, proposal));
}

export function personOf(people: People, name: string): Holder {
  const person = people.get(name);
  if (person === undefined) throw new Error(`nobody is called ${name}`);
  return person;
}

function known(people: People, name: string, make: () => Holder): Holder {
  const person = people.get(name) ?? make();
  people.set(name, person);
  return person;
}

const encryptionKey = () => ({
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
});
