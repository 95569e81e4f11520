import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateEncryptionKey } from '#client/webcrypto.ts';
import {
  type Draft,
  emptyDraft,
  endOfDay,
  instantOf,
  localOf,
  requestOf,
} from '#console/portal/ask/draft.ts';
import { faultText } from '#console/portal/ask/fault-text.ts';
import { allFaults, type Fault, faultsOf, pasted, stepsOf, tidied } from '#console/portal/ask/faults.ts';
import {
  asksNotification,
  authorisersOffered,
  kindsOffered,
  lawsOffered,
  mayBeEmergency,
  owes,
  whyNot,
  withOnly,
} from '#console/portal/ask/offered.ts';
import { type KeptPort, keptIn, type Shelf } from '#console/portal/state/kept.ts';
import { hashOf, routeOf } from '#console/portal/state/route.ts';
import { jsonDigest } from '#core/canonical.ts';
import { categories } from '#core/categories/categories.ts';
import { withholding as policy } from '../core/cases/cases.ts';

process.env.TZ = 'Europe/Berlin';

const now = '2026-11-30T10:00:00.000Z';
const terms = {
  jurisdictions: ['DE'],
  instruments: ['EPOC', 'EPOC-PR'],
  categories: [...categories],
  rates: { requestsPerDay: 5, emergenciesPerWeek: 1 },
};
const rules = { policy, terms };

const whole: Draft = {
  ...emptyDraft('request'),
  reference: '415 Js 4711/26',
  kind: 'EPOC',
  jurisdiction: 'DE',
  authoriser: 'PublicProsecutor',
  issued: '2026-11-20T09:00',
  offence: 'StGB 263a',
  digest: `sha-256=:${'A'.repeat(43)}=:`,
  subjects: [{ kind: 'account', value: 'acct-1' }],
  categories: ['UserIdentifyingData'],
  from: '2026-10-01',
  to: '2026-10-31',
  secrecy: 'tell',
};
const of = (change: Partial<Draft>): Draft => ({ ...whole, ...change });
const said = (faults: readonly Fault[]) => faults.map(({ field, wrong }) => `${field} ${wrong.is}`);

test('a draft that is whole is a request that the provider takes, and days are counted where the officer is', () => {
  assert.deepEqual(allFaults(whole, rules, now), []);
  const { data } = requestOf(whole);
  assert.deepEqual(data?.period, { from: '2026-09-30T22:00:00Z', to: '2026-10-31T23:00:00Z' });
  assert.equal(data?.instrument.issuedAt, '2026-11-20T08:00:00Z');
  assert.equal(instantOf('2026-13-40'), undefined);
  assert.equal(endOfDay('2026-03-28'), '2026-03-28T23:00:00Z');
  assert.equal(instantOf(localOf('2026-10-31T23:00:00Z')), '2026-10-31T23:00:00Z');
  const timed = requestOf(of({ withTimes: true, from: '2026-10-01T08:00', to: '2026-10-01T09:30' })).data;
  assert.deepEqual(timed?.period, { from: '2026-10-01T06:00:00Z', to: '2026-10-01T07:30:00Z' });
});

test('each thing that is wrong is said at its field, by what the provider checks with', () => {
  const wrong: [Partial<Draft>, string[]][] = [
    [{ reference: '' }, ['reference missing']],
    [{ reference: 'two  blanks' }, ['reference text-wrong']],
    [{ kind: 'MLA' }, ['kind not-offered']],
    [{ jurisdiction: 'FR' }, ['jurisdiction not-offered']],
    [{ issued: '2026-12-24T09:00' }, ['issued in-future']],
    [{ digest: '' }, ['digest missing']],
    [{ subjects: [] }, ['subject-0 missing']],
    [{ subjects: [{ kind: 'phone', value: '0151' }] }, ['subject-0 phone-wrong']],
    [{ subjects: [...whole.subjects, ...whole.subjects] }, ['subject-1 twice']],
    [{ categories: [] }, ['categories missing']],
    [{ categories: ['TrafficData'] }, ['categories category']],
    [{ from: '2026-11-01' }, ['to not-after']],
    [{ to: '2027-01-01' }, ['to to-come']],
    [{ from: '2020-01-01' }, ['to too-long']],
    [{ secrecy: '' }, ['secrecy missing']],
    [{ secrecy: 'delay' }, ['delayUntil missing', 'reason missing']],
    [{ secrecy: 'delay', reason: 'flight', delayUntil: '2026-01-01' }, ['delayUntil over']],
    [{ secrecy: 'delay', reason: 'flight', delayUntil: '2040-01-01' }, ['delayUntil too-long']],
  ];
  for (const [change, expected] of wrong) {
    const faults = allFaults(of(change), rules, now);
    assert.deepEqual(said(faults), expected, JSON.stringify(change));
    for (const fault of faults) assert.ok(faultText(fault).length > 5);
  }
  assert.deepEqual(stepsOf(emptyDraft('preservation')), ['order', 'subjects', 'data', 'check']);
});

test('only what policy and terms allow is offered, and why not is said of the rest', () => {
  const narrow = {
    policy,
    terms: { ...terms, instruments: ['EPOC'], categories: ['SubscriberData' as const] },
  };
  assert.deepEqual(kindsOffered(whole, narrow), ['EPOC']);
  assert.deepEqual(lawsOffered(whole, rules), ['DE']);
  assert.ok(authorisersOffered(whole, rules).includes('PublicProsecutor'));
  assert.equal(whyNot('SubscriberData', whole, narrow), undefined);
  assert.equal(whyNot('UserIdentifyingData', whole, narrow), 'agency-category');
  assert.equal(whyNot('TrafficData', whole, rules), 'authoriser-insufficient');
  const judge = of({ authoriser: 'JudgeCourtOrInvestigatingJudge', offence: 'StGB 184b' });
  assert.equal(whyNot('TrafficData', judge, rules), undefined);
  assert.equal(whyNot('TrafficData', { ...judge, offence: 'StGB 185' }, rules), 'offence-below-threshold');
  assert.equal(asksNotification({ ...judge, categories: ['TrafficData'] }, rules), true);
  assert.equal(asksNotification(whole, rules), false);
  const chosen = withOnly(emptyDraft('request'), narrow);
  assert.deepEqual([chosen.kind, chosen.jurisdiction], ['EPOC', 'DE']);
});

test('an emergency says what it will owe, and is not offered to who may have none', () => {
  const none = { policy, terms: { ...terms, rates: { requestsPerDay: 5, emergenciesPerWeek: 0 } } };
  assert.equal(mayBeEmergency(whole, none), false);
  assert.deepEqual(said(faultsOf('urgency', of({ priority: 'Emergency' }), none, now)), [
    'priority no-emergency',
  ]);
  assert.equal(owes(whole, rules), undefined);
  const debt = owes(of({ authoriser: 'OtherCompetentAuthority' }), rules);
  assert.deepEqual(debt, { validators: policy.emergency.validators, hours: policy.emergency.debtHours });
});

test('a number is taken as people write it, and several are pasted at once', () => {
  assert.equal(tidied('phone', '+49 (151) 123-45678'), '+4915112345678');
  assert.equal(tidied('phone', '0049 151 12345678'), '+4915112345678');
  assert.equal(tidied('username', 'a b'), 'a b');
  const { subjects } = pasted('acct-1\r\nacct-2\n\nacct-2\n', 'account', whole);
  assert.deepEqual(
    subjects.map(({ value }) => value),
    ['acct-1', 'acct-2'],
  );
});

test('an address names a request or a draft by its id, and nothing else', () => {
  const id = '7d0c1e0a-0000-4000-8000-000000000001';
  for (const hash of [
    `#/requests/${id}`,
    `#/new/${id}`,
    '#/new',
    '#/preservations',
    '#/prove',
    '#/key',
    '#/requests',
  ])
    assert.equal(hashOf(routeOf(hash)), hash);
  for (const hash of ['', '#/', '#/requests/415 Js', '#/new/x', '#/other', `#/new/${id}/x`])
    assert.deepEqual(routeOf(hash), { screen: 'requests' });
});

function inMemory(): KeptPort & { readonly items: Map<string, unknown> } {
  const items = new Map<string, unknown>();
  const name = (shelf: Shelf, id: string) => `${shelf} ${id}`;
  return {
    items,
    all: async (shelf) => [...items].flatMap(([key, item]) => (key.startsWith(`${shelf} `) ? [item] : [])),
    get: async (shelf, id) => items.get(name(shelf, id)),
    put: async (shelf, item) => void items.set(name(shelf, item.id), item),
    remove: async (shelf, id) => void items.delete(name(shelf, id)),
  };
}

test('a draft is kept so that nobody reads it but its officer, while the portal is unlocked', async () => {
  const port = inMemory();
  const id = '7d0c1e0a-0000-4000-8000-000000000001';
  let isUnlocked = true;
  const given = { port, decrypts: undefined, isUnlocked: () => isUnlocked };
  const kept = keptIn({ ...given, owner: 'one' });
  await kept.keepDraft(id, whole);
  assert.deepEqual(await kept.draft(id), whole);
  assert.deepEqual(
    (await kept.drafts()).map((each) => each.draft),
    [whole],
  );
  const lies = JSON.stringify([...port.items], (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
  );
  for (const text of ['acct-1', '4711', 'StGB']) assert.ok(!lies.includes(text));
  const other = keptIn({ ...given, owner: 'another' });
  assert.equal(await other.draft(id), undefined);
  assert.deepEqual(await other.drafts(), []);
  isUnlocked = false;
  for (const act of [kept.draft(id), kept.drafts(), kept.keepDraft(id, whole), kept.keptRequest(id, 'x')])
    await assert.rejects(act, { name: 'KeyError', code: 'locked' });
  isUnlocked = true;
  await kept.removeDraft(id);
  assert.equal(await kept.draft(id), undefined);
});

test('what was sent is kept to the officer’s own key, and is given back only as what the provider has', async () => {
  const port = inMemory();
  const decrypts = await generateEncryptionKey();
  const isUnlocked = () => true;
  const kept = keptIn({ port, owner: 'one', decrypts, isUnlocked });
  const request = requestOf(whole).data;
  assert.ok(request);
  await kept.keepSent('id', request);
  assert.ok(!JSON.stringify([...port.items]).includes('acct-1'));
  assert.deepEqual(await kept.keptRequest('id', jsonDigest(request)), request);
  assert.equal(await kept.keptRequest('id', jsonDigest({})), undefined);
  const other = keptIn({ port, owner: 'one', decrypts: await generateEncryptionKey(), isUnlocked });
  assert.equal(await other.keptRequest('id', jsonDigest(request)), undefined);
  const bridged = keptIn({ port: inMemory(), owner: 'one', decrypts: undefined, isUnlocked });
  await bridged.keepSent('id', request);
  assert.equal(await bridged.keptRequest('id', jsonDigest(request)), undefined);
});
