import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { preserveData, submitRequest } from '#client/agency.ts';
import { openSession } from '#client/exchange.ts';
import { newEncryptionKey, newSigningKey, privateJwk, publicJwk, signerFromPem } from '#client/keys.ts';
import { proposeChange } from '#client/registry.ts';
import { enrol, exampleTerms, type World } from '#dev/world.ts';
import { approvedCase, ingest, login, newAccount, newRequest, unvalidated } from '../../harness.ts';

/**
 * Whom hooks.py calls as, and what it finds. An agency and a reviewer of its own: whatever is proposed lacks a second
 * reviewer, the cases that are decided are this agency's, and keys that could be revoked are not to be guessed.
 */
export async function prepareCalls(world: World, folder: string) {
  const id = `agency-${randomUUID()}`;
  const person = (role: string) => {
    const { privatePem, publicPem } = newSigningKey();
    const file = join(folder, `${role}.pem`);
    writeFileSync(file, privatePem, { mode: 0o600 });
    const signer = signerFromPem(privatePem);
    return { file, keyid: signer.keyId, signer, publicKey: publicPem, holder: `${role}-${randomUUID()}` };
  };
  const officer = person('agency');
  const reviewer = person('reviewer');
  const encryption = newEncryptionKey();
  const encryptionKey = { ...publicJwk(encryption.privatePem) };
  await enrol(world.reviewers, {
    kind: 'agency',
    agency: { id, name: 'An agency', encryptionKey, terms: exampleTerms },
    officer: { holder: officer.holder, publicKey: officer.publicKey },
  });
  await enrol(world.reviewers, {
    kind: 'reviewer',
    reviewer: { holder: reviewer.holder, publicKey: reviewer.publicKey },
  });

  const session = await openSession({ url: world.cloud.url, signer: officer.signer }, world.provider);
  const account = newAccount();
  await ingest(world, [login(account, 3)]);
  const requests = ['a', 'b', 'c', 'd'].map(() => newRequest(account));
  const [first, ...others] = requests;
  if (first === undefined) throw new Error('no request');
  const approved = await approvedCase(
    world,
    {
      id,
      holder: officer.holder,
      keyId: officer.keyid,
      session,
      encryptionKey: privateJwk(encryption.privatePem),
      privateKeyFile: officer.file,
      encryptionKeyFile: '',
    },
    first,
  );
  const waiting = await Promise.all(others.map((request) => submitRequest(session, request)));
  const emergency = await submitRequest(session, newRequest(account, unvalidated()));
  const { priority: _, notification: __, ...order } = newRequest(account);
  const preservation = await preserveData(session, {
    ...order,
    instrument: { ...order.instrument, kind: 'EPOC-PR' },
  });
  const [proposer] = world.reviewers;
  if (proposer === undefined) throw new Error('nobody to propose');
  const change = await proposeChange(proposer.session, { kind: 'terms', agency: id, terms: exampleTerms });

  const cases = [approved, ...waiting, emergency];
  const ids = cases.map((view) => view.id);
  const ofPreservation = [preservation.id];
  const ofChange = [change.id];
  return {
    keys: {
      agency: { file: officer.file, keyid: officer.keyid },
      reviewer: { file: reviewer.file, keyid: reviewer.keyid },
    },
    /** What may stand for `{id}`, `{keyid}` or `{person}`, by route. */
    ids: {
      'GET /requests/{id}': ids,
      'POST /requests/{id}/withdrawal': [waiting[0]?.id],
      'POST /requests/{id}/validation': ids,
      'POST /requests/{id}/information': ids,
      'POST /requests/{id}/notice': ids,
      'POST /requests/{id}/told': ids,
      'POST /requests/{id}/collection': [approved.id, emergency.id],
      'GET /preservations/{id}': ofPreservation,
      'POST /preservations/{id}/extension': ofPreservation,
      'GET /reviews/{id}': ids,
      'GET /reviews/{id}/case-file': ids,
      'POST /reviews/{id}/decisions': waiting.slice(1).map((view) => view.id),
      'POST /reviews/{id}/claim': ids,
      'POST /reviews/{id}/notes': ids,
      'POST /reviews/{id}/information': ids,
      'POST /reviews/{id}/suspension': ids,
      'GET /registry/changes/{id}': ofChange,
      'POST /registry/changes/{id}/decisions': ofChange,
      'GET /registry/keys/{keyid}': [officer.keyid, reviewer.keyid],
      'GET /registry/people/{person}': [proposer.holder],
    },
    paths: { 'GET /log/tile/{path}': ['entries/000.p/1', '0/000.p/1'] },
    digests: Object.fromEntries([
      ...cases.map((view) => [view.id, view.requestDigest]),
      [change.id, change.changeDigest],
    ]),
    /** What a body's fields may be replaced by, so that more than its form is looked at. */
    plausible: {
      instrument: first.instrument,
      subjects: first.subjects,
      period: first.period,
      scope: { subjects: [0], categories: first.categories, period: first.period },
      agency: id,
      delayUntil: new Date(Date.now() + 86_400_000).toISOString(),
    },
  };
}
