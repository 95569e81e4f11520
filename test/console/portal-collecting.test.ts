import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { followRequest, submitRequest } from '#client/agency.ts';
import { generateEncryptionKey, publicPart } from '#client/webcrypto.ts';
import { type CollectingFor, collecting, mayCount } from '#console/portal/collect/collecting.ts';
import { parseVerifierKey } from '#core/log/note.ts';
import { Keys } from '../client/package/pages.ts';
import { desk } from './desk.ts';
import { officerAt } from './officer.ts';

/** Collecting as the page does it, at a desk in memory: what it sends, what it keeps, and what it never does. */

async function seated(t: TestContext) {
  const at = await desk({ cases: 60 });
  t.after(() => at.close());
  const like = at.find(
    ({ request, agency }) =>
      request.instrument.kind === 'EPOC' &&
      request.priority === 'Routine' &&
      request.notification === undefined &&
      request.categories.includes('UserIdentifyingData') &&
      agency.startsWith('de-'),
  );
  const { session, decrypts } = await officerAt(at, { agency: like.agency, name: 'de-newcomer' });
  const { notice: _, ...rest } = like.request;
  const request = { ...rest, reference: 'a new one' };
  const { id } = await submitRequest(session, request);
  await at.as('a.weber').approve(id);
  await at.as('r.jansen').approve(id);
  const published = await (await fetch(`${at.url}/v1/provider`)).json();
  const options: CollectingFor = {
    session,
    decrypts,
    keys: { log: parseVerifierKey(published.log.verifierKey), provider: published.keys },
    view: await followRequest(session, id),
    request,
    madeBy: 'writ 0.0.0',
    endSigned: () => {},
  };
  const asked = () => at.seen.filter(({ target }) => target === `/v1/requests/${id}/collection`);
  return { at, id, options, asked, session };
}

test('an officer whose key does not decrypt, or to whose key answers do not go, sends no call that collects', async (t) => {
  const { options, asked } = await seated(t);
  const another = await generateEncryptionKey();
  const { thumbprint } = await publicPart(another);

  const other = collecting({ ...options, decrypts: { keyId: thumbprint, pair: another } });
  await other.start();
  const refused = other.stage.peek();
  assert.ok(refused.is === 'refused' && refused.why.is === 'other');
  assert.equal(refused.why.thumbprint, options.decrypts?.keyId);

  const mixed = {
    privateKey: another.privateKey,
    publicKey: options.decrypts?.pair.publicKey ?? another.publicKey,
  };
  const broken = collecting({ ...options, decrypts: { keyId: thumbprint, pair: mixed } });
  await broken.start();
  assert.deepEqual(broken.stage.peek(), { is: 'refused', why: { is: 'broken-key' } });

  for (const [changes, why] of [
    [{ decrypts: undefined }, 'no-key'],
    [{ keys: undefined }, 'no-log'],
  ] as const) {
    const none = collecting({ ...options, ...changes });
    await none.start();
    assert.deepEqual(none.stage.peek(), { is: 'refused', why: { is: why } });
  }
  assert.deepEqual(asked(), []);
});

test('what is collected is proven, named as the request names it, and forgotten when one leaves', async (t) => {
  const { options, asked, session, id } = await seated(t);
  const its = collecting(options);
  await its.start();
  const done = its.stage.peek();
  assert.ok(done.is === 'done', done.is);
  assert.deepEqual(
    done.made.first.subjects?.map(({ kind, value }) => ({ kind, value })),
    options.request?.subjects,
  );
  assert.equal(done.made.files.length, 5);
  assert.equal((await followRequest(session, id)).collections, 1);
  its.leave();
  assert.deepEqual(its.stage.peek(), { is: 'ready' });
  const calls = asked().length;
  await its.start();
  assert.equal(asked().length, calls, 'what was left collects nothing more');
});

test('of what does not hold nothing is shown: another log, another request', async (t) => {
  const { options } = await seated(t);
  const { keys, view } = options;
  assert.ok(keys);
  const { log } = new Keys();
  const forged = collecting({ ...options, keys: { ...keys, log: log.key } });
  await forged.start();
  const wrong = forged.stage.peek();
  assert.ok(wrong.is === 'wrong' && wrong.faults.length > 0, wrong.is);

  const other = collecting({
    ...options,
    request: undefined,
    view: { ...view, requestDigest: 'sha-256=:AAAA:' },
  });
  await other.start();
  const differs = other.stage.peek();
  assert.ok(differs.is === 'wrong', differs.is);
  assert.deepEqual(differs.faults, ['case-differs']);
});

test('a connection that breaks stops it, and it goes on without another collection', async (t) => {
  const { at, options, session, id } = await seated(t);
  const once = { ...options, session: { ...session, retry: { attempts: 1 } } };
  const its = collecting(once);
  const end = at.faults.begin('offline', ({ path }) => path.endsWith('/collection'));
  await its.start();
  const stopped = its.stage.peek();
  assert.ok(stopped.is === 'stopped', stopped.is);
  assert.equal(stopped.pages, 0);
  assert.equal(mayCount(0, stopped.error), true, 'nobody can tell');
  end();
  await its.start();
  assert.equal(its.stage.peek().is, 'done');
  assert.equal((await followRequest(session, id)).collections, 1);
});

test('the provider’s log is waited for', async (t) => {
  const { at, options } = await seated(t);
  at.stopLog();
  const its = collecting({ ...options, patienceMs: 1_500 });
  await its.start();
  const late = its.stage.peek();
  assert.ok(late.is === 'stopped', late.is);
  assert.equal(mayCount(late.pages, late.error), false);
  await at.continueLog();
  await its.start();
  assert.equal(its.stage.peek().is, 'done');
});
