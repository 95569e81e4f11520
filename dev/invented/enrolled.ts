import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { JWK } from 'jose';
import { RefusedError } from '#client/errors.ts';
import { openSession } from '#client/exchange.ts';
import { newEncryptionKey, newSigningKey, privateJwk, publicJwk, signerFromPem } from '#client/keys.ts';
import { decideChange, proposeChange, showKey } from '#client/registry.ts';
import { inParallel } from '#core/parallel.ts';
import type { Proposal } from '#core/registry/change.ts';
import type { Terms } from '#core/registry/terms.ts';
import { keysDirOf } from '#dev/cloud/settled.ts';
import { enrol, kept, type Person, publicPemOf, type World } from '#dev/world.ts';

/** Invented people get keys of their own, which are kept beside the cloud, and are enrolled in the registry by right. */

type Invented = Person & { publicKey: string };

interface Party {
  id: string;
  name: string;
  terms: Terms;
  /** Their pseudonyms. */
  officers: readonly string[];
}

export interface EnrolledAgency {
  id: string;
  officers: Person[];
  encryptionKey: JWK;
}

/** How many changes at once: each is some calls, and each call is a function's run on this machine. */
const atOnce = 4;

/** @param areThere whether all of them, some of them or none of them may be enrolled already */
export function enrolmentOf(world: World, { areThere }: { areThere: 'all' | 'some' | 'none' }) {
  const folder = join(keysDirOf(world.cloud), 'invented');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const personOf = async (holder: string): Promise<Invented> => {
    const privateKeyFile = join(folder, `${holder}.pem`);
    const pem = kept(privateKeyFile, newSigningKey);
    const signer = signerFromPem(pem);
    const session = await openSession({ url: world.cloud.url, signer }, world.provider);
    return { holder, keyId: signer.keyId, privateKeyFile, session, publicKey: publicPemOf(pem) };
  };
  const unlessEnrolled = async (person: Person, proposal: Proposal, officer?: Person): Promise<void> => {
    if (areThere === 'all' || (areThere === 'some' && (await isEnrolled(world, person.keyId)))) return;
    if (officer === undefined) return enrol(world.reviewers, proposal);
    // Where an agency has an officer, one of its own confirms the next; who proposes, signs.
    const change = await proposeChange(officer.session, proposal);
    for (const { session } of world.reviewers.slice(0, 2)) await decideChange(session, change, 'approve');
  };
  return {
    /** One change after another: the reviewers’ party is one record. */
    reviewers: (names: readonly string[]): Promise<Person[]> =>
      inParallel(names, 1, async (name) => {
        const person = await personOf(name);
        await unlessEnrolled(person, { kind: 'reviewer', reviewer: keyOf(person) });
        return person;
      }),
    agencies: (parties: readonly Party[]): Promise<EnrolledAgency[]> =>
      inParallel(parties, atOnce, async ({ id, name, terms, officers: holders }) => {
        const encryptionPem = kept(join(folder, `${id}-encryption.pem`), newEncryptionKey);
        const [first, ...others] = await Promise.all(holders.map(personOf));
        if (first === undefined) throw new Error('an agency has one officer at least');
        const encryptionKey = { ...publicJwk(encryptionPem) };
        const agency = { id, name, encryptionKey, terms };
        await unlessEnrolled(first, { kind: 'agency', agency, officer: keyOf(first) });
        for (const officer of others)
          await unlessEnrolled(officer, { kind: 'officer', agency: id, officer: keyOf(officer) }, first);
        return { id, officers: [first, ...others], encryptionKey: privateJwk(encryptionPem) };
      }),
  };
}

const keyOf = ({ holder, publicKey }: Invented) => ({ holder, publicKey });

async function isEnrolled({ reviewers: [reviewer] }: World, keyId: string): Promise<boolean> {
  if (reviewer === undefined) throw new Error('it takes two reviewers');
  try {
    return (await showKey(reviewer.session, keyId)).revokedAt === undefined;
  } catch (error) {
    if (error instanceof RefusedError && error.status === 404) return false;
    throw error;
  }
}
