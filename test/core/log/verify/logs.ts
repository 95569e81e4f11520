/** Logs for the tests of the verifier: acts as they would be told, the files that hold them, and what may be done to both. */

import assert from 'node:assert/strict';
import { utf8 } from '#core/bytes.ts';
import { sha256 } from '#core/canonical.ts';
import { mint, retired, view, withdraw } from '#core/cases/acts.ts';
import type { Case } from '#core/cases/case.ts';
import { collected, intend } from '#core/cases/collecting.ts';
import { decide } from '#core/cases/deciding.ts';
import { policyHash } from '#core/cases/policy.ts';
import type { Request } from '#core/cases/request.ts';
import type { Outcome } from '#core/cases/transitions.ts';
import { commitment } from '#core/log/commitment.ts';
import {
  appendEntry,
  type Entry,
  type EntryBody,
  entryBytes,
  noEntries,
  type StreamHead,
} from '#core/log/entry.ts';
import { tilePath } from '#core/log/tiles.ts';
import { LogWriter } from '#core/log/writing.ts';
import { answer, approval, by, grant, inLog, officerKey, policy, received } from '../../cases/cases.ts';
import { type Signer, signedCheckpoint, signer } from '../signer.ts';

export const ours = signer('log.example/v1/log', 1);

/** An act, before it is an entry. */
export interface Told {
  stream: string;
  body: EntryBody;
  at: string;
}

export const minutes = (n: number) =>
  new Date(Date.parse('2026-11-20T10:00:00.000Z') + n * 60_000).toISOString();

/** Acts as entries: each stream numbered, each entry naming the one before. */
export function entriesOf(acts: readonly Told[]): Entry[] {
  const heads = new Map<string, StreamHead>();
  return acts.map(({ stream, body, at }) => {
    const { entry, head } = appendEntry(stream, heads.get(stream) ?? noEntries, body, at);
    heads.set(stream, head);
    return entry;
  });
}

export const bytesOf = (entries: readonly Entry[]): Uint8Array[] => entries.map(entryBytes);

/** All files of a log whose checkpoints were at these sizes; the last one's is there. */
export function filesOf(
  entries: readonly Uint8Array[],
  sizes: readonly number[] = [entries.length],
  as: Signer = ours,
): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const writer = new LogWriter();
  for (const size of sizes) {
    for (const { tile, bytes } of writer.append(entries.slice(Number(writer.size), size)))
      files.set(tilePath(tile), bytes);
    files.set('checkpoint', utf8(signedCheckpoint(size, writer.root(), as)));
  }
  return files;
}

/** A commitment to anything, of no case. */
export const some = (of: string) => commitment(sha256('a salt'), 'key', of);

export const caseStream = 'case/c0ffee00-0000-4000-8000-000000000001';

/** What the log tells before any case: by which policy, and who signs. */
export function preamble(): Told[] {
  const data = { code: policyHash(policy), policy: policyHash(policy), keys: [] };
  return [
    { stream: 'deployment', body: { kind: 'deployment.made', data }, at: minutes(0) },
    ...deskOf(['one', 'two']),
  ];
}

/** What the log calls the key of a reviewer here. */
export const keyOf = (reviewer: string) => inLog(`key-of-${reviewer}`);

/**
 * A desk that was founded with these reviewers, and had an agency join; both by minute 3.
 *
 * @param policies those that it adopted besides the first
 */
export function deskOf(reviewers: readonly string[], policies: readonly string[] = []): Told[] {
  const [founded, ...keys] = foundingOf(reviewers);
  const adopted = policies.flatMap((policyHash, i) =>
    changeOf(`policy-${i}`, { change: 'policy', policyHash }),
  );
  const officer = enrolment(officerKey, { role: 'agency', agency: 'agency-1', by: 'change/1' }, 3);
  assert.ok(founded);
  return [founded, ...keys, ...changeOf('1', { change: 'agency', agency: 'agency-1' }), officer, ...adopted];
}

/** A founding, the first where no other is named, and the enrolments of its keys. */
export function foundingOf(reviewers: readonly string[], n = 1, minute = 1): Told[] {
  const keys = reviewers.map(keyOf);
  return [
    {
      stream: 'registry/founding',
      body: { kind: 'registry.founded', data: { keys, policyHash: policyHash(policy) } },
      at: minutes(minute),
    },
    ...keys.map((key) => enrolment(key, { role: 'reviewer', by: `founding/${n}` }, minute)),
  ];
}

export function enrolment(
  key: string,
  more: { role: 'agency' | 'reviewer'; agency?: string; by: string; activeFrom?: string },
  minute: number,
): Told {
  const data = { key, holder: some(`holder of ${key}`), activeFrom: minutes(0), ...more };
  return { stream: `key/${key}`, body: { kind: 'key.enrolled', data }, at: minutes(minute) };
}

/** A change that one reviewer proposes, and another approves. */
export function changeOf(
  id: string,
  what: { change: string; agency?: string; policyHash?: string },
  [proposer, approver]: readonly [string, string] = ['one', 'two'],
  minute = 2,
): Told[] {
  const by = (name: string) => ({
    role: 'reviewer',
    by: some(name),
    key: keyOf(name),
    digest: some('change'),
  });
  const stream = `change/${id}`;
  return [
    { stream, body: { kind: 'change.proposed', data: { ...by(proposer), ...what } }, at: minutes(minute) },
    {
      stream,
      body: { kind: 'change.decided', data: { ...by(approver), decision: 'approve', status: 'Applied' } },
      at: minutes(minute + 1),
    },
  ];
}

/** A case that is made by acts of the desk, and what they tell. */
export class Desk {
  it: Case;
  readonly told: Told[] = [];

  constructor(asked?: Request, its = policy) {
    this.it = this.commit(received(asked, its), 5);
  }

  /** Commits an act some minutes in. */
  commit({ next, entry: body }: Outcome, minute: number): Case {
    this.told.push({ stream: `case/${next.id}`, body, at: minutes(minute) });
    const n = next.entries.n + 1;
    this.it = { ...next, version: next.version + 1, entries: { n, hash: 'hash' } };
    return this.it;
  }

  approve(reviewer: string, minute: number, scope = this.it.asked, its = policy): Case {
    return this.commit(decide(this.it, approval(this.it, scope), by(reviewer, minutes(minute), its)), minute);
  }

  intend(minute: number, cursor?: { collection: number; page: number }): Case {
    return this.commit(
      intend(this.it, { at: minutes(minute), recipient: 'thumbprint', key: officerKey, cursor }),
      minute,
    );
  }

  collect(minute: number, more = false): Case {
    return this.commit(collected(this.it, answer(minutes(minute), [0, 0, 0], more)), minute);
  }
}

/** A case from its request to its end, in twelve entries: two pages of one collection. */
export function wholeCase(): Told[] {
  const desk = new Desk();
  desk.commit(view(desk.it, 'one'), 6);
  desk.approve('one', 7);
  desk.approve('two', 8);
  desk.commit(mint(desk.it, [grant]), 9);
  desk.intend(10);
  desk.collect(11, true);
  desk.intend(12, { collection: 1, page: 2 });
  desk.collect(13);
  desk.commit(view(desk.it, 'two'), 14);
  desk.commit(withdraw(desk.it, 'officer'), 15);
  desk.commit(retired(desk.it, 'Cancelled'), 16);
  return desk.told;
}

/** What a busy door tells between other things. */
export const refusals = (count: number, minute: number): Told[] =>
  Array.from({ length: count }, (_, i) => ({
    stream: `refusal/${some(`${minute} ${i}`)}`,
    body: {
      kind: 'request.refused',
      data: { role: 'agency', agency: 'agency-1', code: 'field-unknown', proven: true },
    },
    at: minutes(minute),
  }));
