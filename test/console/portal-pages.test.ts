import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { collect } from '#client/agency.ts';
import { ExchangeError } from '#client/errors.ts';
import { generateEncryptionKey, publicPart } from '#client/webcrypto.ts';
import { requestOf } from '#console/portal/ask/draft.ts';
import { collecting, mayCount } from '#console/portal/collect/collecting.ts';
import { anew, canAskAnew } from '#console/portal/one/amending.ts';
import { collectionsLeft, standingText, termsOf } from '#console/portal/one/standing.ts';
import { oneWords } from '#console/portal/one/words.ts';
import type { CaseView } from '#core/cases/case.ts';
import { disclosed, Keys, login } from '../client/package/pages.ts';
import { request, withholding } from '../core/cases/cases.ts';

const id = '0f8b6b1e-5a3c-4c4e-9d53-0a4f3f0f7a11';
const requestDigest = `sha-256=:${'A'.repeat(43)}=:`;

/** A collection of some pages, whose connection breaks where a test says so. */
async function paged(count: number) {
  const own = new Keys();
  const records = Array.from({ length: count }, (_, n) => [login(n)]);
  const { disclosures, jws } = await disclosed(own, records, { id, requestDigest });
  const pair = await generateEncryptionKey();
  const { thumbprint } = await publicPart(pair);
  const asked: (string | undefined)[] = [];
  const broken = new Set<number>();
  const served = [...jws];
  const askPage: typeof collect = async (_session, _id, _key, { page } = {}) => {
    asked.push(page);
    const n = page === undefined ? 0 : Number(page.split('-')[1]) - 1;
    if (broken.delete(n)) throw new ExchangeError('unreachable', { reason: 'broken-off' });
    const disclosure = disclosures[n];
    assert.ok(disclosure);
    return { package: disclosure, jws: served[n] ?? '' };
  };
  let ends = 0;
  const its = collecting({
    session: {
      url: 'https://disclosure.example',
      providerKeys: new Map(),
      signer: { keyId: 'k', alg: 'ed25519', sign: async () => new Uint8Array() },
    },
    decrypts: { keyId: thumbprint, pair },
    keys: { log: own.log.key, provider: [own.jwk] },
    view: { id, requestDigest },
    request: undefined,
    madeBy: 'writ 0.0.0',
    endSigned: () => void ends++,
    askPage,
    askRecipient: async () => undefined,
  });
  return { its, asked, broken, served, jws, ended: () => ends };
}

test('all pages of a collection come one after the other, and what was signed ends with it', async () => {
  const { its, asked, ended } = await paged(3);
  await its.start();
  const done = its.stage.peek();
  assert.ok(done.is === 'done', done.is);
  assert.deepEqual(asked, [undefined, 'page-2', 'page-3']);
  assert.equal(done.pages.length, 3);
  assert.equal(done.made.pages.length, 3);
  assert.equal(ended(), 1);
});

test('a collection whose connection breaks goes on after the last page that arrived', async () => {
  const { its, asked, broken } = await paged(3);
  broken.add(1);
  await its.start();
  const stopped = its.stage.peek();
  assert.ok(stopped.is === 'stopped', stopped.is);
  assert.deepEqual([stopped.pages, stopped.records], [1, 1]);
  assert.equal(mayCount(stopped.pages, stopped.error), true);
  assert.equal('made' in stopped, false, 'nothing is shown before all of it is here');
  await its.start();
  assert.equal(its.stage.peek().is, 'done');
  assert.deepEqual(asked, [undefined, 'page-2', 'page-2', 'page-3'], 'the first page is asked for once');
});

test('a page that is not the next of its collection has nothing of any shown', async () => {
  const { its, served, jws } = await paged(3);
  served[1] = jws[2] ?? '';
  await its.start();
  assert.deepEqual(its.stage.peek(), { is: 'wrong', page: 2, faults: ['pages-differ'] });
});

test('what is left while a page is on its way is dropped when it arrives', async () => {
  const { its } = await paged(2);
  const running = its.start();
  its.leave();
  await running;
  assert.deepEqual(its.stage.peek(), { is: 'ready' });
});

const at = (hours: number) => new Date(Date.parse('2026-11-30T12:00:00Z') + hours * 3_600_000).toISOString();
const now = Date.parse(at(0));
const view = (changes: Partial<CaseView> = {}, offers: readonly string[] = []): CaseView => ({
  id,
  reference: 'GS-1/26',
  status: 'AwaitingApproval',
  priority: 'Routine',
  requestDigest,
  receivedAt: at(-24),
  dueAt: at(100),
  collections: 0,
  links: {
    self: `/v1/requests/${id}`,
    ...Object.fromEntries(offers.map((offer) => [offer, `/v1/requests/${id}/${offer}`])),
  },
  ...changes,
});

test('what is due of a request, in its order, and nothing that is over', () => {
  assert.deepEqual(
    termsOf(view({ due: { term: { days: 10 }, endsAt: at(500) } }), now).map(({ term }) => term),
    ['due', 'ends'],
  );
  const open = { status: 'AwaitingDisclosure', expiresAt: at(200), delayUntil: at(-1) } as const;
  const debts = { dueAt: at(-3), owed: ['authorisation' as const] };
  assert.deepEqual(
    termsOf(view({ ...open, debts }), now).map(({ term }) => term),
    ['owed', 'expires'],
  );
  assert.deepEqual(termsOf(view({ status: 'Rejected', expiresAt: at(5) }), now), []);
});

test('where a request stands is said by who has to act, and by why it ended', () => {
  const says = (...of: Parameters<typeof view>) => standingText(view(...of), oneWords.en, now);
  const { status, ended, askedBack, held } = oneWords.en;
  assert.equal(says(), status.AwaitingApproval);
  assert.equal(says({}, ['information']), askedBack);
  const notification = { authority: 'at', until: at(3), waits: true };
  assert.equal(says({ status: 'AwaitingDisclosure', notification }), held);
  assert.equal(
    says({ status: 'Rejected', notification: { ...notification, answer: 'object' } }),
    ended.objected,
  );
  assert.equal(says({ status: 'Cancelled', reason: 'key-revoked' }), ended['key-revoked']);
  assert.equal(says({ status: 'Suspended', reason: 'key-revoked' }), ended['reviewers-key']);
  assert.equal(says({ status: 'Expired', reason: 'undecided' }), ended.undecided);
});

test('how many collections are left follows from the policy in force', () => {
  const { collections } = withholding.limits;
  assert.equal(collectionsLeft({ collections: 1 }, withholding), collections - 1);
  assert.equal(collectionsLeft({ collections: collections + 5 }, withholding), 0);
  assert.equal(collectionsLeft({ collections: 1 }, undefined), undefined);
});

test('what is asked anew asks the same in its place, under a reference that is still to be given', () => {
  assert.equal(canAskAnew(view()), false);
  assert.equal(canAskAnew(view({ status: 'Rejected' })), true);
  const draft = anew(id, request);
  assert.equal(draft.reference, '');
  const made = requestOf({ ...draft, reference: request.reference }).data;
  assert.ok(made);
  assert.equal(made.amends, id);
  assert.deepEqual(made.subjects, request.subjects);
  assert.deepEqual(made.categories, request.categories);
  assert.equal(Date.parse(made.period.from), Date.parse(request.period.from));
  assert.equal(made.instrument.digest, request.instrument.digest);
  assert.deepEqual(anew(id, undefined).subjects, [{ kind: 'account', value: '' }]);
});
