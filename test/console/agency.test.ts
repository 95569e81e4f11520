import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import {
  collect,
  eachRequest,
  followRequest,
  openExplanation,
  showAgency,
  submitRequest,
} from '#client/agency.ts';
import { openSession } from '#client/exchange.ts';
import { showRecipient } from '#client/recipient.ts';
import {
  generateEncryptionKey,
  generateSigningKey,
  publicPart,
  signerFromCryptoKey,
} from '#client/webcrypto.ts';
import { enrolOfficer } from '#dev/newcomer.ts';
import { desk } from './desk.ts';

/** The desk in memory serves agencies too: what they ask, follow and collect is answered by the code that is deployed. */

test('an officer is enrolled, asks, is answered, and collects what only their own key decrypts', async (t) => {
  const at = await desk({ cases: 60 });
  t.after(() => at.close());
  setDefaultCACertificates([...getCACertificates(), at.ca.toString()]);
  const like = at.find(
    ({ request, agency }) =>
      request.instrument.kind === 'EPOC' &&
      request.priority === 'Routine' &&
      request.notification === undefined &&
      request.categories.includes('UserIdentifyingData') &&
      agency.startsWith('de-'),
  );
  const [signing, encryption] = [await generateSigningKey(), await generateEncryptionKey()];
  const [{ jwk: publicKey, thumbprint }, recipient] = [
    await publicPart(signing),
    await publicPart(encryption),
  ];
  const sheet = {
    v: 1,
    role: 'agency',
    publicKey: { ...publicKey },
    encryptionKey: { ...recipient.jwk },
    thumbprint,
  } as const;
  await at.enrolOfficer(sheet, { agency: like.agency, name: 'de-newcomer' });
  const session = await openSession({ url: at.url, signer: await signerFromCryptoKey(signing) });

  assert.equal((await showAgency(session)).id, like.agency);
  const { officer, recipient: to } = await showRecipient(session);
  assert.deepEqual([officer, to.thumbprint, to.of], ['de-newcomer', recipient.thumbprint, 'officer']);

  const { notice: _, ...request } = like.request;
  const { id } = await submitRequest(session, { ...request, reference: 'a new one' });
  assert.ok((await Array.fromAsync(eachRequest(session))).some((line) => line.id === id));
  await at.as('a.weber').approve(id);
  await at.as('r.jansen').approve(id);
  const { package: given } = await collect(session, id, encryption, { patienceMs: 10_000 });
  assert.equal(given.case, id);
  assert.ok(given.records.length > 0);

  const other = await submitRequest(session, { ...request, reference: 'another one' });
  await at.as('a.weber').reject(other.id);
  const { status, explanation = '' } = await followRequest(session, other.id);
  assert.equal(status, 'Rejected');
  assert.match(await openExplanation(explanation, encryption), /more than this offence allows/);
});

test('a newcomer’s two keys are enrolled by an officer of the agency and two reviewers, as npm run console does it', async (t) => {
  const at = await desk({ cases: 0 });
  t.after(() => at.close());
  setDefaultCACertificates([...getCACertificates(), at.ca.toString()]);
  const sessionOf = async (enrol: (publicKey: Record<string, unknown>) => Promise<unknown>) => {
    const pair = await generateSigningKey();
    await enrol({ ...(await publicPart(pair)).jwk });
    return openSession({ url: at.url, signer: await signerFromCryptoKey(pair) });
  };
  const reviewers = await Promise.all(
    ['s.keller', 'n.okafor'].map(async (holder) => ({
      holder,
      session: await sessionOf((publicKey) => at.enrol(publicKey, holder)),
    })),
  );
  const agency = 'de-sta-altenwerda';
  const officer = await sessionOf(async (publicKey) =>
    at.enrolOfficer({ v: 1, role: 'agency', publicKey, thumbprint: '' }, { agency, name: 'office-computer' }),
  );
  const hosting = { id: agency, officers: [{ holder: 'office-computer', session: officer }] };
  const [signing, encryption] = [await generateSigningKey(), await generateEncryptionKey()];
  const recipient = await publicPart(encryption);
  const asked = {
    publicKey: (await publicPart(signing)).jwk,
    encryptionKey: { ...recipient.jwk },
    called: 'Office computer',
  };
  const enrolled = await enrolOfficer(reviewers, hosting, asked);
  assert.equal(enrolled.holder, 'office-computer-2', 'nobody becomes somebody who is there');
  assert.deepEqual(await enrolOfficer(reviewers, hosting, asked), enrolled, 'asked again, it is the same');
  const own = await openSession({ url: at.url, signer: await signerFromCryptoKey(signing) });
  assert.equal((await showAgency(own)).id, agency);
  assert.equal((await showRecipient(own)).recipient.thumbprint, recipient.thumbprint);
});
