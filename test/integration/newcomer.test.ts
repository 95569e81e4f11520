import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { z } from 'zod';
import { showAgency } from '#client/agency.ts';
import { loopbackUrl } from '#client/bridge/pairing.ts';
import { RefusedError } from '#client/errors.ts';
import { openSession } from '#client/exchange.ts';
import { newEncryptionKey, newSigningKey, publicJwk, signerFromPem } from '#client/keys.ts';
import { showRecipient } from '#client/recipient.ts';
import { listReviewPage, listReviews } from '#client/reviewer.ts';
import { wordsOf } from '#client/thumbprint.ts';
import type { Status } from '#core/cases/case.ts';
import { until } from '#dev/feed.ts';
import { colleagueSigns, emergencyArrives } from '#dev/invented/later.ts';
import { type Seeded, seedDesk } from '#dev/invented/seed.ts';
import { listen, receptionOf } from '#dev/reception.ts';
import type { World } from '#dev/world.ts';
import { theWorld } from '../harness.ts';

/** What `npm run console` does on a deployment, but for the browser. */
describe('a newcomer at the invented desk', () => {
  let world: World;
  let seeded: Seeded;
  const said: string[] = [];
  const hear = (text: string) => void said.push(text);
  const tell = { chapter: hear, fact: hear, fault: hear, detail: hear };
  before(async () => {
    world = await theWorld();
    seeded = await seedDesk(world, { count: 8, say: hear });
    await seeded.filled;
  });

  const reviewer = () => {
    const [first] = world.reviewers;
    assert(first !== undefined);
    return first.session;
  };
  const agencies = () => seeded.people.then((people) => people.agencies);
  const linesOf = async (status: Status) => {
    const agencies = new Set(seeded.desk.agencies.map(({ id }) => id));
    return (await listReviews(reviewer(), status)).filter(({ agency }) => agencies.has(agency));
  };

  test('every invented case is on the desk, as far as its story goes, and a second run adds none', async () => {
    const again = await seedDesk(world, { count: 8, say: hear });
    assert.equal(again.wasThere, true);
    const statuses = [
      'AwaitingApproval',
      'AwaitingDisclosure',
      'Disclosed',
      'Rejected',
      'Cancelled',
    ] as const;
    const others = ['Suspended', 'Expired'] as const;
    const references = seeded.desk.requests.map(({ request }) => request.reference);
    await until('every case is in a list', async () => {
      const lists = await Promise.all([...statuses, ...others].map(linesOf));
      const listed = lists.flat().map(({ reference }) => reference);
      return references.every((reference) => listed.filter((each) => each === reference).length === 1);
    });
  });

  test('a page that opens the link has its key enrolled by two reviewers, and sees the queue with it', async (t) => {
    const { url } = world.cloud;
    const loopback = await listen(receptionOf(world, seeded.desk, agencies(), tell), url, tell);
    t.after(() => loopback.close());
    const call = async (path: string, secret: string, body: unknown) => {
      const answer = await fetch(`${loopbackUrl(loopback.pairing.port)}${path}`, {
        method: 'POST',
        headers: { origin: url, authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: answer.status, json: await answer.json() };
    };
    const { session } = z
      .object({ session: z.string() })
      .parse((await call('/pair', loopback.pairing.secret, {})).json);
    const key = await fetch(`${loopbackUrl(loopback.pairing.port)}/key`, {
      headers: { origin: url, authorization: `Bearer ${session}` },
    });
    assert.deepEqual([key.status, await key.json()], [404, { error: 'no-key' }], 'the page makes its own');
    const { privatePem } = newSigningKey();
    const signer = signerFromPem(privatePem);
    const asked = { publicJwk: publicJwk(privatePem), name: 'office computer' };
    const enrolled = await call('/enrol', session, asked);
    assert.equal(enrolled.status, 200);
    const { holder, keyId } = z.object({ holder: z.string(), keyId: z.string() }).parse(enrolled.json);
    assert.equal(keyId, signer.keyId);
    assert(said.includes((await wordsOf(keyId)).slice(0, 6).join(' ')), 'the words are told at the terminal');

    const own = await openSession({ url, signer }, world.provider);
    assert.equal((await listReviewPage(own)).reviewer, holder);
    assert.deepEqual(await call('/enrol', session, asked), enrolled, 'asked again, it is the same');

    const refused = await call('/enrol', session, { publicJwk: { kty: 'RSA' }, name: 'office computer' });
    assert.equal(refused.status, 400);
  });

  test('the first newcomer takes the place that is kept for them, and the second is somebody new', async () => {
    const reception = receptionOf(world, seeded.desk, agencies(), tell);
    const come = async () =>
      (await reception.enrol({ publicKey: newSigningKey().publicPem, called: 'R.Jansen' })).holder;
    await come();
    assert.match(await come(), /^r\.jansen-2$/);
  });

  test('an officer’s two keys are enrolled by an officer of theirs and two reviewers, and the portal may ask with them', async () => {
    const reception = receptionOf(world, seeded.desk, agencies(), tell);
    const { privatePem, publicPem } = newSigningKey();
    const encryptionKey = { ...publicJwk(newEncryptionKey().privatePem) };
    const asked = { publicKey: publicPem, encryptionKey, called: 'Office computer' };
    const { holder } = await reception.enrolOfficer(asked);
    const own = await openSession(
      { url: world.cloud.url, signer: signerFromPem(privatePem) },
      world.provider,
    );
    const [agency] = await agencies();
    assert.equal((await showAgency(own)).id, agency?.id);
    await until('the log has the key', async () => {
      try {
        const { officer, recipient } = await showRecipient(own);
        return officer === holder && recipient.of === 'officer';
      } catch (error) {
        // Here no key cools off: it is used before the log has it, and until then it is not proven.
        const waits = error instanceof RefusedError && ['try-again', 'record-unproven'].includes(error.code);
        if (waits) return false;
        throw error;
      }
    });
    assert.equal((await reception.enrolOfficer(asked)).holder, holder, 'asked again, it is the same');
  });

  test('an emergency arrives and a colleague signs, while a newcomer looks', async () => {
    const { id, priority, status } = await emergencyArrives(seeded);
    assert.deepEqual([priority, status], ['Emergency', 'AwaitingApproval']);
    await until('it is in the list', async () =>
      (await listReviews(reviewer())).some((line) => line.id === id),
    );
    const signed = await colleagueSigns(seeded, { newcomer: undefined, turn: 0 });
    assert.ok(signed);
    const [place] = seeded.desk.reviewers;
    assert.notEqual(signed.by, place);
  });
});
