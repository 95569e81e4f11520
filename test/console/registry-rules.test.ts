import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newEncryptionKey, newSigningKey, publicJwk, signerFromPem } from '#client/keys.ts';
import type { ChangeView, KeyView } from '#client/registry.ts';
import { hexOf, wordsOf } from '#client/thumbprint.ts';
import { missingOf, obstacle, soonestFirst, standingObstacle } from '#console/registry/changes.ts';
import { heard } from '#console/registry/compare.ts';
import { agenciesOf, found, keyState, partiesOf, signersOf } from '#console/registry/people.ts';
import { checked, type Draft, type Faults, fieldsOf, instantIn } from '#console/registry/propose.ts';
import type { Proposal } from '#core/registry/change.ts';
import { changeOf } from '../client/cli/desk.ts';

const now = Date.parse('2026-11-30T12:00:00Z');
const terms = {
  jurisdictions: ['DE'],
  instruments: ['EPOC'],
  categories: ['SubscriberData' as const],
  rates: { requestsPerDay: 5, emergenciesPerWeek: 0 },
};
const signing = newSigningKey().privatePem;
const publicKey = { ...publicJwk(signing) };
const { keyId: thumbprint } = signerFromPem(signing);
const encryptionKey = { ...publicJwk(newEncryptionKey().privatePem) };
const enrolment = (changes: object = {}) =>
  JSON.stringify({ v: 1, role: 'agency', publicKey, thumbprint, encryptionKey, ...changes });

function keyOf(holder: string, changes: Partial<KeyView> = {}): KeyView {
  return {
    keyid: thumbprint,
    role: changes.agency === undefined ? 'reviewer' : 'agency',
    holder,
    enrolledAt: '2026-10-01T00:00:00.000Z',
    activeFrom: '2026-10-02T00:00:00.000Z',
    enrolledBy: 'founding/1',
    decisions: [],
    log: { key: thumbprint, salt: thumbprint },
    ...changes,
  };
}

test('a key is active, cooling until an instant, or suspended or revoked since one', () => {
  assert.deepEqual(keyState(keyOf('a'), now), { is: 'active' });
  const activeFrom = '2026-12-01T00:00:00.000Z';
  assert.deepEqual(keyState(keyOf('a', { activeFrom }), now), { is: 'cooling', until: activeFrom });
  const since = '2026-11-30T10:00:00.000Z';
  const suspended = { since, provider: 'other.example/log', reason: 'stolen' };
  assert.deepEqual(keyState(keyOf('a', { suspended }), now), { is: 'suspended', since });
  const revokedAt = '2026-11-30T11:00:00.000Z';
  assert.deepEqual(keyState(keyOf('a', { activeFrom, suspended, revokedAt }), now), {
    is: 'revoked',
    since: revokedAt,
  });
});

const decided = (holder: string, at: string) =>
  ({ decision: 'approve', role: 'reviewer', holder, at }) as const;

test('an agency’s terms are those of the newest change that was applied', () => {
  const enrolled: Proposal = {
    kind: 'agency',
    agency: { id: 'de-lka', name: 'Police', encryptionKey, terms },
    officer: { holder: 'officer-1', publicKey },
  };
  const wider = { ...terms, jurisdictions: ['DE', 'FR'] };
  const other = { ...terms, jurisdictions: ['AT'] };
  const applied = (proposal: Proposal, at: string, status: ChangeView['status'] = 'Applied') =>
    changeOf(proposal, { status, decisions: [decided('b', at)] });
  const changes = [
    // Proposed first and applied last.
    applied({ kind: 'terms', agency: 'de-lka', terms: wider }, '2026-11-03T00:00:00.000Z'),
    applied({ kind: 'terms', agency: 'de-lka', terms: other }, '2026-11-02T00:00:00.000Z'),
    applied(enrolled, '2026-11-01T00:00:00.000Z'),
    applied({ kind: 'terms', agency: 'de-lka', terms: other }, '2026-11-04T00:00:00.000Z', 'Rejected'),
  ];
  assert.deepEqual(agenciesOf(changes).get('de-lka'), {
    name: 'Police',
    terms: wider,
    termsSince: '2026-11-03T00:00:00.000Z',
  });
});

test('people stand by party, the desk first, and who has no key left stands last', () => {
  const keys = [
    keyOf('officer-2', { agency: 'de-lka', revokedAt: '2026-11-01T00:00:00.000Z' }),
    keyOf('officer-3', { agency: 'de-lka' }),
    keyOf('m.diaz'),
    keyOf('m.diaz', { enrolledAt: '2026-11-01T00:00:00.000Z', revokedAt: '2026-11-02T00:00:00.000Z' }),
  ];
  const parties = partiesOf(keys, new Map());
  assert.deepEqual(
    parties.map(({ agency, people }) => [agency, people.map(({ holder }) => holder)]),
    [
      [undefined, ['m.diaz']],
      ['de-lka', ['officer-3', 'officer-2']],
    ],
  );
  const [diaz] = parties[0]?.people ?? [];
  assert.deepEqual(
    diaz?.keys.map(({ revokedAt }) => revokedAt === undefined),
    [true, false],
    'those that are not revoked first',
  );
});

test('a search finds people by name, by agency and by the beginning of a thumbprint', () => {
  const said = { name: 'Police of the example', terms: undefined, termsSince: undefined };
  const parties = partiesOf(
    [keyOf('m.diaz', { keyid: `A${thumbprint.slice(1)}` }), keyOf('officer-1', { agency: 'de-lka' })],
    new Map([['de-lka', said]]),
  );
  const names = (search: string) =>
    found(parties, search).flatMap(({ people }) => people.map(({ holder }) => holder));
  assert.deepEqual(names(''), ['m.diaz', 'officer-1']);
  assert.deepEqual(names(' DIAZ'), ['m.diaz']);
  assert.deepEqual(names('of the ex'), ['officer-1']);
  assert.deepEqual(names('de-lka'), ['officer-1']);
  assert.deepEqual(names(`A${thumbprint.slice(1, 9)}`), ['m.diaz']);
  assert.deepEqual(names('nobody'), []);
});

test('who signed an enrolment is named once, and a founding is signed by nobody', () => {
  const decisions = [decided('a', '2026-11-01T00:00:00.000Z'), decided('b', '2026-11-01T00:00:00.000Z')];
  assert.deepEqual(signersOf(keyOf('c', { enrolledBy: 'change/1', decisions })), {
    people: ['a', 'b'],
    founding: false,
  });
  assert.deepEqual(signersOf(keyOf('c')), { people: [], founding: true });
});

const looked = { me: 'k.novak', compared: new Set<string>(), thumbprints: [], read: new Set<string>(), now };
const pending = (proposal: Proposal, changes: Partial<ChangeView> = {}) =>
  changeOf(proposal, { closesAt: '2026-12-05T00:00:00.000Z', ...changes });

test('a change is approved only after every key was compared', () => {
  const change = pending({ kind: 'reviewer', reviewer: { holder: 'm.diaz', publicKey } });
  const both = { ...looked, thumbprints: ['one', 'two'] };
  assert.equal(obstacle(change, both), 'not-compared');
  assert.equal(obstacle(change, { ...both, compared: new Set(['one']) }), 'not-compared');
  assert.equal(obstacle(change, { ...both, compared: new Set(['one', 'two']) }), undefined);
});

test('a policy is approved only after the file of that hash was read', () => {
  const policyHash = 'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:';
  const change = pending({ kind: 'policy', policyHash });
  assert.equal(obstacle(change, looked), 'not-read');
  assert.equal(obstacle(change, { ...looked, read: new Set(['another']) }), 'not-read');
  assert.equal(obstacle(change, { ...looked, read: new Set([policyHash]) }), undefined);
});

test('a change that is not what its digest is of, is closed, has lapsed or is signed already is not decided', () => {
  const terms2: Proposal = { kind: 'terms', agency: 'a', terms };
  const digest = pending({ kind: 'terms', agency: 'b', terms }).changeDigest;
  assert.equal(standingObstacle(pending(terms2, { changeDigest: digest }), looked), 'digest-differs');
  assert.equal(standingObstacle(pending(terms2, { status: 'Applied' }), looked), 'closed');
  assert.equal(standingObstacle(pending(terms2, { status: 'Lapsed' }), looked), 'lapsed');
  assert.equal(
    standingObstacle(pending(terms2, { closesAt: '2026-11-30T11:59:59.000Z' }), looked),
    'lapsed',
    'the list is older than the lapse',
  );
  const mine = pending(terms2, { decisions: [decided('k.novak', '2026-11-30T00:00:00.000Z')] });
  assert.equal(standingObstacle(mine, looked), 'signed');
  const missing = { approvals: 0, confirmation: true };
  assert.equal(obstacle(pending(terms2, { missing }), looked), 'enough');
  assert.equal(standingObstacle(pending(terms2, { missing }), looked), undefined, 'it can be rejected');
  assert.equal(missingOf(pending(terms2, { missing })).confirmation, 'officer');
  assert.equal(
    missingOf(pending({ kind: 'emergencies', agency: 'a' }, { missing })).confirmation,
    'operator',
  );
});

test('changes that become void first stand at the top', () => {
  const of = (closesAt: string) => pending({ kind: 'terms', agency: 'a', terms }, { closesAt });
  const sorted = soonestFirst([of('2026-12-09T00:00:00.000Z'), of('2026-12-02T00:00:00.000Z')]);
  assert.equal(sorted[0]?.closesAt, '2026-12-02T00:00:00.000Z');
});

const expected = { thumbprint, words: await wordsOf(thumbprint), hex: hexOf(thumbprint) };

test('six words that were heard match, whole or by their first four letters, and no fewer', () => {
  const { words } = expected;
  assert.equal(heard('', expected), 'nothing');
  assert.equal(heard(words.slice(0, 5).join(' '), expected), 'more');
  assert.equal(heard(words.slice(0, 6).join(' '), expected), 'matches');
  assert.equal(heard(words.join(', ').toUpperCase(), expected), 'matches');
  assert.equal(
    heard(words.map((word) => word.slice(0, 4)).join(' '), expected),
    words.every(({ length }) => length >= 4) ? 'matches' : heard(words.join(' '), expected),
  );
  assert.equal(heard(`${words.slice(0, 6).join(' ')} and more`, expected), 'differs');
});

test('one other word, or two in another order, differ', () => {
  const words = [
    'abandon',
    'zebra',
    'youth',
    'wrong',
    'winter',
    'vote',
    'use',
    'type',
    'try',
    'toy',
    'tip',
    'ten',
  ];
  const other = { ...expected, words };
  assert.equal(heard('abandon zebra youth wrong winter vote', other), 'matches');
  assert.equal(heard('aban zebr yout wron wint vote', other), 'matches');
  assert.equal(heard('aban zebr yout wron wint vot', other), 'more', 'half written');
  assert.equal(heard('aban zebr yout wron wint voice', other), 'differs');
  assert.equal(heard('zebra abandon youth wrong winter vote', other), 'differs');
  assert.equal(heard('aba zebra youth wrong winter vote', other), 'differs', 'three letters name no word');
  assert.equal(heard([...words, 'sun'].join(' '), other), 'differs');
});

test('sixteen digits that were heard match, in groups or not, and the whole thumbprint does', () => {
  const { hex } = expected;
  assert.equal(heard(hex.slice(0, 3).join(' '), expected), 'more');
  assert.equal(heard(hex.slice(0, 4).join(' '), expected), 'matches');
  assert.equal(heard(hex.join('').toUpperCase(), expected), 'matches');
  const last = hex[3] ?? '';
  const wrong = `${last.slice(0, 3)}${last.endsWith('0') ? '1' : '0'}`;
  assert.equal(heard([...hex.slice(0, 3), wrong].join(' '), expected), 'differs');
  assert.equal(heard(thumbprint, expected), 'matches');
  assert.equal(heard(`${thumbprint.slice(0, 42)}`, expected), 'differs');
});

const whole: Draft = {
  agency: 'de-lka',
  name: 'Police',
  holder: 'officer-1',
  keys: enrolment(),
  jurisdictions: 'de, fr',
  instruments: 'EPOC EPOC-PR',
  categories: 'SubscriberData',
  requestsPerDay: '50',
  emergenciesPerWeek: '0',
};

test('an agency with terms is proposed as its fields say', async () => {
  const { proposal, faults } = await checked('agency', whole);
  assert.deepEqual(faults, {});
  assert.deepEqual(proposal, {
    kind: 'agency',
    agency: {
      id: 'de-lka',
      name: 'Police',
      encryptionKey,
      terms: {
        jurisdictions: ['DE', 'FR'],
        instruments: ['EPOC', 'EPOC-PR'],
        categories: ['SubscriberData'],
        rates: { requestsPerDay: 50, emergenciesPerWeek: 0 },
      },
    },
    officer: { holder: 'officer-1', publicKey, encryptionKey },
  });
  const enforcing = await checked('terms', { agency: 'a', jurisdictions: 'DE', enforces: 'yes' });
  assert.ok(enforcing.proposal?.kind === 'terms' && enforcing.proposal.terms.enforces);
});

test('what is wrong with a proposal is said at its field', async () => {
  const wrong: [kind: Proposal['kind'], change: Draft, faults: Faults][] = [
    ['agency', { agency: 'de lka' }, { agency: 'form' }],
    ['agency', { agency: ' ' }, { agency: 'needed' }],
    ['agency', { name: 'a\u200bb' }, { name: 'form' }],
    ['agency', { holder: 'ö' }, { holder: 'form' }],
    ['agency', { jurisdictions: 'Germany' }, { jurisdictions: 'form' }],
    ['agency', { jurisdictions: 'DE DE' }, { jurisdictions: 'form' }],
    ['agency', { categories: 'Messages' }, { categories: 'form' }],
    ['agency', { requestsPerDay: '0' }, { requestsPerDay: 'form' }],
    ['agency', { emergenciesPerWeek: 'two' }, { emergenciesPerWeek: 'form' }],
    ['agency', { keys: '' }, { keys: 'needed' }],
    ['agency', { keys: '{"v":1}' }, { keys: 'form' }],
    ['agency', { keys: '{"a":1,"a":2}' }, { keys: 'form' }],
    ['agency', { keys: enrolment({ role: 'reviewer' }) }, { keys: 'role' }],
    ['agency', { keys: enrolment({ thumbprint: 'x' }) }, { keys: 'thumbprint' }],
    ['agency', { keys: JSON.stringify({ ...publicKey, d: 'AA' }) }, { keys: 'signing-key' }],
    ['agency', { keys: JSON.stringify(publicKey) }, { keys: 'no-encryption-key' }],
    ['agency', { activeFrom: 'tomorrow' }, { activeFrom: 'form' }],
    ['reviewer', { keys: signing }, { keys: 'signing-key' }],
    ['encryption-key', { encryptionKeys: JSON.stringify(publicKey) }, { encryptionKeys: 'encryption-key' }],
    ['hold', { case: '4711', until: '2027-01-01T00:00' }, { case: 'form' }],
    ['hold', { case: '0f8b6b1e-5a3c-4c4e-9d53-0a4f3f0f7a11', until: '' }, { until: 'needed' }],
    ['policy', { policyHash: 'sha-256=:AAAA:' }, { policyHash: 'form' }],
    ['reinstate', { keyid: thumbprint.slice(0, 11) }, { keyid: 'form' }],
  ];
  for (const [kind, change, faults] of wrong) {
    const result = await checked(kind, { ...whole, ...change });
    assert.deepEqual([result.faults, result.proposal], [faults, undefined], JSON.stringify(change));
  }
});

test('every kind of change can be proposed', async () => {
  const id = '0F8B6B1E-5a3c-4c4e-9d53-0a4f3f0f7a11';
  const drafts: Record<Proposal['kind'], Draft> = {
    agency: whole,
    officer: whole,
    terms: whole,
    reviewer: { ...whole, keys: enrolment({ role: 'reviewer' }), activeFrom: '2026-12-24T10:00:00Z' },
    'encryption-key': { ...whole, encryptionKeys: enrolment() },
    policy: { policyHash: 'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:' },
    emergencies: whole,
    hold: { case: id, until: '2028-01-01T00:00:00Z' },
    release: { case: id },
    reinstate: { keyid: thumbprint },
  };
  for (const kind of Object.keys(fieldsOf) as Proposal['kind'][]) {
    const { proposal, faults } = await checked(kind, drafts[kind]);
    assert.deepEqual([proposal?.kind, faults], [kind, {}]);
  }
});

test('a date and time without a zone is the reader’s own', () => {
  assert.equal(instantIn('2026-12-24T10:00'), new Date(2026, 11, 24, 10).toISOString());
  assert.equal(instantIn('2026-12-24T10:00:00Z'), '2026-12-24T10:00:00.000Z');
  assert.equal(instantIn('24.12.2026'), undefined);
});
