import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { proveDisclosure } from '#client/log/prove.ts';
import { caseView } from '#core/cases/case.ts';
import { packageSchema } from '#core/disclosure/package.ts';
import { parseVerifierKey } from '#core/log/note.ts';
import { browserOptions } from '#dev/pack.ts';
import { enrol, exampleTerms, type World } from '#dev/world.ts';
import { noBrowser, theBrowser } from '../browser.ts';
import { approve, ingest, logged, login, newAccount, newRequest, theWorld, wholeScope } from '../harness.ts';

/** The browser's build of the SDK in a browser, on a page of the API's own origin, against the running stack. */
const enrolment = z.strictObject({
  signing: z.record(z.string(), z.string()),
  encryption: z.record(z.string(), z.string()),
  exported: z.array(z.string()),
});
const collected = z.strictObject({ package: packageSchema, jws: z.string(), proof: z.unknown() });

describe('the SDK asks, collects and verifies in a browser', {
  skip: noBrowser,
}, () => {
  let world: World;
  let page: Page;
  const account = newAccount();
  const events = [login(account, 20), login(account, 10)];

  before(async () => {
    world = await theWorld();
    await ingest(world, events);
    const { outputFiles } = await build({
      ...browserOptions,
      packages: 'bundle',
      format: 'iife',
      globalName: 'writ',
      write: false,
    });
    // The local cloud's certificate is its own.
    page = await (await theBrowser()).newPage({ ignoreHTTPSErrors: true });
    await page.goto(`${world.cloud.url}/v1/provider`);
    await page.addScriptTag({ content: outputFiles[0]?.text ?? '' });
  });

  for (const alg of ['ed25519', 'ecdsa-p256-sha256'] as const) {
    test(`keys made in the page (${alg}) ask, collect and verify; two reviewers approve`, async () => {
      const made = await page.evaluate(`(async () => {
        globalThis.keys = {
          signing: await writ.generateSigningKey('${alg}'),
          encryption: await writ.generateEncryptionKey(),
        };
        const exported = [];
        for (const { privateKey } of Object.values(keys))
          for (const format of ['pkcs8', 'jwk'])
            await crypto.subtle.exportKey(format, privateKey).then(() => exported.push(format), () => {});
        const [signing, encryption] = await Promise.all([keys.signing, keys.encryption].map(writ.publicPart));
        return { signing: signing.jwk, encryption: encryption.jwk, exported };
      })()`);
      const { signing, encryption, exported } = enrolment.parse(made);
      assert.deepEqual(exported, [], 'no private key leaves the page');
      await enrol(world.reviewers, {
        kind: 'agency',
        agency: {
          id: `agency-${randomUUID()}`,
          name: 'An agency',
          encryptionKey: encryption,
          terms: exampleTerms,
        },
        officer: { holder: `officer-${randomUUID()}`, publicKey: signing },
      });

      const request = newRequest(account);
      const asked = await page.evaluate(`(async () => {
        const signer = await writ.signerFromCryptoKey(keys.signing);
        globalThis.session = await writ.openSession({ url: location.origin, signer });
        return writ.submitRequest(session, ${JSON.stringify(request)});
      })()`);
      const view = caseView.parse(asked);
      assert.equal(view.status, 'AwaitingApproval');
      const refusal = await page.evaluate(`writ.collect(session, '${view.id}', keys.encryption.privateKey)
        .catch((it) => [it instanceof writ.RefusedError, it.code, it.verified])`);
      assert.deepEqual(refusal, [true, 'case-not-approved', true]);
      await approve(world, view, wholeScope(request));
      // An agency of this moment: until the log has its enrolment, nothing proves its key.
      await logged(world, view.id, 'request.received');

      const answer = await page.evaluate(`(async () => {
        const options = { patienceMs: 90_000 };
        const it = await writ.collect(session, '${view.id}', keys.encryption.privateKey, options);
        const { keys: published } = await writ.fetchProvider(location.origin);
        const { faults, isSigned } = await writ.proveDisclosure(it.jws, session.logKey, published);
        return { ...it, proof: { faults, isSigned } };
      })()`);
      const { package: disclosure, jws, proof } = collected.parse(answer);
      assert.deepEqual(
        disclosure.records.map((record) => 'ip' in record && record.ip),
        events.map((event) => event.kind === 'access' && event.ip),
      );
      // What the page found holds, Node finds too.
      assert.deepEqual(proof, { faults: [], isSigned: true });
      const { log, keys } = world.provider;
      const proven = await proveDisclosure(jws, parseVerifierKey(log?.verifierKey ?? ''), keys);
      assert.deepEqual(proven?.faults, []);
    });
  }

  test('an answer that was changed on its way, or is to another call, is not believed in the page either', async () => {
    const codes = await page.evaluate(`(async () => {
      const signer = await writ.signerFromCryptoKey(await writ.generateSigningKey());
      // Not enrolled, so refused before anything is signed; a signed answer is replayed over it.
      const honest = await writ.followRequest(session, 'none').catch((it) => it.verified);
      let kept;
      const keeping = async (...given) => (kept = await fetch(...given)).clone();
      await writ.followRequest({ ...session, fetch: keeping }, 'none').catch(() => {});
      const body = await kept.text();
      const { status, headers } = kept;
      const again = (text) => async () => new Response(text, { status, headers });
      const tried = [again(body), async (...given) => {
        const answer = await fetch(...given);
        const changed = (await answer.text()).replace('no', 'some');
        return new Response(changed, { status: answer.status, headers: answer.headers });
      }];
      const codes = [];
      for (const fetch of tried)
        codes.push(await writ.followRequest({ ...session, fetch }, 'none').catch((it) => it.code));
      const stranger = await writ.followRequest({ ...session, signer }, 'none').catch((it) => [it.code, it.verified]);
      return [honest, ...codes, ...stranger];
    })()`);
    assert.deepEqual(codes, [true, 'answer-not-verified', 'answer-not-verified', 'signature-invalid', false]);
  });
});
