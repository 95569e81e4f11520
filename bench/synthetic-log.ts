import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { appendEntry, type EntryBody, entryBytes, noEntries, type StreamHead } from '#core/log/entry.ts';

/**
 * Entries as a provider's log has them, in the order in which they would be committed: thousands of cases at a time,
 * most of them through to their end, refusals at the door between them, and what the clock tells every hour and day.
 */
const commitment = () => randomBytes(32).toString('base64url');
const digest = () => `sha-256=:${randomBytes(32).toString('base64')}:`;
const agencies = Array.from({ length: 40 }, (_, i) => `lka-${i}.polizei`);
const oneOf = <T>(list: readonly [T, ...T[]]): T => list[randomInt(list.length)] ?? list[0];

const start = Date.parse('2026-01-01T00:00:00.000Z');
/** A million entries a year. */
const everyMs = 31_536;
const openCases = 2000;

interface Stream {
  name: string;
  head: StreamHead;
  /** What is still to come, the next last. */
  ahead: ((at: string) => EntryBody)[];
}

/** A key of somebody's, as the log calls it, and whose it is. */
interface Enrolled {
  key: string;
  agency: string;
}

/** Who signs: a desk of eight, and two officers of each agency, all of whom two reviewers let in. */
function people(policyHash: string, activeFrom: string) {
  const reviewers = Array.from({ length: 8 }, () => ({ key: commitment(), agency: '' }));
  const officers = [...agencies, ...agencies].map((agency) => ({ key: commitment(), agency }));
  const acts: { name: string; bodies: EntryBody[] }[] = [];
  const enrol = ({ key, agency }: Enrolled, by: string) => {
    const role = agency === '' ? { role: 'reviewer' as const } : { role: 'agency' as const, agency };
    const data = { ...role, key, holder: commitment(), by, activeFrom };
    acts.push({ name: `key/${key}`, bodies: [{ kind: 'key.enrolled', data }] });
  };
  const keys = reviewers.map(({ key }) => key);
  acts.push({
    name: 'registry/founding',
    bodies: [{ kind: 'registry.founded', data: { keys, policyHash } }],
  });
  for (const reviewer of reviewers) enrol(reviewer, 'founding/1');
  for (const [i, officer] of officers.entries()) {
    const [one = '', two = ''] = keys;
    const digest = commitment();
    const { agency } = officer;
    const decided = (role: string, key: string, decision: string, status: string): EntryBody => ({
      kind: 'change.decided',
      data: { decision, role, key, by: commitment(), digest, status },
    });
    const change = i < agencies.length ? 'agency' : 'officer';
    const data = { change, agency, role: 'reviewer', by: commitment(), key: one, digest };
    const bodies: EntryBody[] = [{ kind: 'change.proposed', data }];
    const first = officers[i % agencies.length];
    if (change === 'officer') bodies.push(decided('agency', first?.key ?? '', 'confirm', 'Pending'));
    bodies.push(decided('reviewer', two, 'approve', 'Applied'));
    acts.push({ name: `change/${i}`, bodies });
    enrol(officer, `change/${i}`);
  }
  return { reviewers, officers, acts };
}

/** A log of so many entries that its own verifier finds nothing to say against. */
export function* syntheticLog(count: number): Generator<Uint8Array> {
  const policy = digest();
  const { reviewers, officers, acts } = people(policy, new Date(start).toISOString());
  const first = acts.flatMap(({ name, bodies }) => {
    const stream: Stream = { name, head: noEntries, ahead: bodies.map((body) => () => body).reverse() };
    return bodies.map(() => stream);
  });
  const open: Stream[] = [];
  let hour = '';
  const add = (stream: Stream, at: string): Uint8Array => {
    const body = stream.ahead.pop();
    if (body === undefined) throw new Error('nothing left to tell');
    const { entry, head } = appendEntry(stream.name, stream.head, body(at), at);
    stream.head = head;
    return entryBytes(entry);
  };
  const single = (name: string, body: EntryBody) => ({ name, head: noEntries, ahead: [() => body] });
  for (let i = 0; i < count; i++) {
    const at = new Date(start + i * everyMs).toISOString();
    if (i === 0) {
      const keys = [commitment()];
      yield add(
        single('deployment/1', { kind: 'deployment.made', data: { code: digest(), policy, keys } }),
        at,
      );
      continue;
    }
    const founding = first[i - 1];
    if (founding !== undefined) {
      yield add(founding, at);
      continue;
    }
    if (at.slice(0, 13) !== hour) {
      hour = at.slice(0, 13);
      yield add(oneOf([single(`strangers/${hour}/${randomUUID()}`, strangers(hour)), reconciled(hour)]), at);
      continue;
    }
    if (randomInt(100) < 15) {
      yield add(single(`refusal/${commitment()}`, refusal()), at);
      continue;
    }
    if (open.length < openCases) open.push(newCase(policy, reviewers, officers));
    const which = randomInt(open.length);
    const value = open[which];
    if (value === undefined) throw new Error('no such case');
    yield add(value, at);
    if (value.ahead.length > 0) continue;
    const last = open.pop();
    if (last !== undefined && last !== value) open[which] = last;
  }

  function reconciled(of: string) {
    const data = { hour: of, decrypts: 214, collections: 31, surplus: 0, missing: 0 };
    return single(`reconciliation/${of}`, { kind: 'reconciliation.done', data });
  }
}

function strangers(hour: string): EntryBody {
  const counts = { 'key-unknown': randomInt(1, 4000), 'signature-missing': randomInt(1, 90_000) };
  return { kind: 'strangers.refused', data: { hour, counts } };
}

function refusal(): EntryBody {
  const code = oneOf(['field-unknown', 'signature-expired', 'limit-exceeded', 'case-closed']);
  return {
    kind: 'request.refused',
    data: { role: 'agency', agency: oneOf(['lka-1', 'lka-2']), code, proven: true },
  };
}

/** Twelve entries; one case in eight is rejected on its third. */
function newCase(policyHash: string, reviewers: readonly Enrolled[], officers: readonly Enrolled[]): Stream {
  const [request, scope, recipient, one, two] = [
    commitment(),
    commitment(),
    commitment(),
    commitment(),
    commitment(),
  ];
  const { key, agency } = officers[randomInt(officers.length)] ?? { key: '', agency: '' };
  const seat = randomInt(reviewers.length);
  const keyOf = (reviewer: string) =>
    reviewers[(seat + (reviewer === one ? 0 : 1)) % reviewers.length]?.key ?? '';
  const shape = { categories: ['SubscriberData', 'TrafficData'], subjects: randomInt(1, 5) };
  const received: EntryBody = {
    kind: 'request.received',
    data: {
      agency,
      priority: 'Routine',
      instrument: 'EPOC',
      jurisdiction: 'DE',
      ...shape,
      request,
      resolved: commitment(),
      key,
      policyHash,
    },
  };
  const opened = (reviewer: string): EntryBody => ({ kind: 'review.opened', data: { reviewer } });
  const approved = (reviewer: string, status: string): EntryBody => ({
    kind: 'decision.approved',
    data: { reviewer, key: keyOf(reviewer), request, scope, ...shape, narrowed: false, policyHash, status },
  });
  const acts: (EntryBody | ((at: string) => EntryBody))[] = [received, opened(one)];
  if (randomInt(8) === 0) {
    const because = 'not-proportionate';
    const data = { reviewer: one, key: keyOf(one), request, because, policyHash, status: 'Rejected' };
    acts.push({ kind: 'decision.rejected', data });
  } else {
    acts.push(approved(one, 'AwaitingApproval'), opened(two), approved(two, 'AwaitingDisclosure'));
    acts.push((at) => {
      const expiresAt = new Date(Date.parse(at) + 30 * 86_400_000).toISOString();
      return { kind: 'grant.minted', data: { grants: 6, scope, expiresAt } };
    });
    for (const page of [1, 2]) {
      const place = { collection: 1, page };
      acts.push({ kind: 'collection.intended', data: { ...place, scope, recipient, key } });
      const answer = { more: page === 1, records: 812, drawers: 6, package: commitment() };
      acts.push({ kind: 'collection.completed', data: { ...place, ...answer } });
    }
    acts.push({ kind: 'case.withdrawn', data: { status: 'Cancelled', officer: commitment() } });
    acts.push({ kind: 'grant.retired', data: { grants: 6, because: 'Cancelled' } });
  }
  const ahead = acts.map((act) => (typeof act === 'function' ? act : () => act)).reverse();
  return { name: `case/${randomUUID()}`, head: noEntries, ahead };
}
