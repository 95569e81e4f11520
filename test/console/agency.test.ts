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
