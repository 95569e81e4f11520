import { randomUUID } from 'node:crypto';
import { GetFunctionConfigurationCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { calculateJwkThumbprint } from 'jose';
import { withdrawRequest } from '#client/agency.ts';
import { openSession } from '#client/exchange.ts';
import { newEncryptionKey, newSigningKey, privateJwk, publicJwk, signerFromPem } from '#client/keys.ts';
import { decideChange, proposeChange, revokeKey } from '#client/registry.ts';
import { decideReview } from '#client/reviewer.ts';
import { canonicalJson } from '#core/canonical.ts';
import type { Request } from '#core/cases/request.ts';
import { appendEntry, type Entry, noEntries } from '#core/log/entry.ts';
import { epochOf } from '#core/vault/epoch.ts';
import {
  generateEpochKeyPair,
  keyFingerprint,
  privateEpochKey,
  recordOpener,
  sealRecords,
} from '#core/vault/seal.ts';
import { sendEvents, until } from '../feed.ts';
import { readLog } from '../log.ts';
import { approve, newAddress, newAgency, newRequest, newReviewer, wholeScope } from '../people.ts';
import {
  type Account,
  type Agency,
  ask,
  changed,
  collect,
  type Got,
  gotBy,
  logged,
  newAccount,
  type Scene,
} from './scene.ts';
import type { Item } from './thief.ts';

/**
 * Lies that somebody tells who can write every table. Each has people of its own, goes the whole way that it is meant to
 * lead astray, and says what it got.
 */
export interface Lie {
  name: string;
  /** What the thief writes, and what for: a sentence. */
  does: string;
  tell(scene: Scene): Promise<Got>;
}

const byAccount = ({ account }: Account) => newRequest(account);

/** An honest request, and what is written at some point of its way to the agency. */
async function wholeWay(
  scene: Scene,
  agency: Agency,
  request: Request,
  lies: { asked?: (id: string) => Promise<void>; minted?: (id: string) => Promise<void> },
): Promise<Got> {
  return gotBy(async () => {
    const view = await ask(agency, request);
    await lies.asked?.(view.id);
    await approve(scene.world, view, wholeScope(request));
    if (lies.minted !== undefined) {
      await logged(scene.world, view.id, 'grant.minted');
      await lies.minted(view.id);
    }
    return collect(agency, view.id);
  });
}

/** What a disclosure has that it should not have, or lacks. */
function besides(got: Got, addresses: readonly string[]): Got {
  if (!('records' in got)) return got;
  const seen = got.records.flatMap((record) => ('ip' in record ? [record.ip] : []));
  const isAsItWas = seen.length === addresses.length && addresses.every((address) => seen.includes(address));
  return isAsItWas ? { nothing: 'the same disclosure as without it' } : got;
}

const caseKey = (id: string) => ({ pk: `case#${id}` });

export const lies: readonly Lie[] = [
  {
    name: 'an officer whom nobody enrolled',
    does: 'A key’s record with role agency, copied from an officer’s: the thief asks under it.',
    async tell({ world, thief }) {
      const agency = await newAgency(world);
      const { privatePem } = newSigningKey();
      const signer = signerFromPem(privatePem);
      const own = await thief.get('registry', { pk: `key#${agency.keyId}` });
      const { keyId } = signer;
      const publicKey = { ...publicJwk(privatePem) };
      await thief.put(
        'registry',
        changed(own, { pk: `key#${keyId}`, keyId, publicKey, holder: `officer-${randomUUID()}` }),
      );
      const session = await openSession({ url: world.cloud.url, signer }, world.provider);
      const victim = await newAccount({ world, thief });
      return gotBy(async () => {
        const view = await ask({ ...agency, session }, byAccount(victim));
        return { something: `a case: ${view.status}` };
      });
    },
  },
  {
    name: 'a recipient whom nobody enrolled',
    does: 'An encryption key appended to an agency’s record: its next disclosure is the thief’s to read.',
    async tell(scene) {
      const [agency, victim] = await Promise.all([newAgency(scene.world), newAccount(scene)]);
      const { privatePem } = newEncryptionKey();
      const jwk = { ...publicJwk(privatePem) };
      const record = await scene.thief.get('registry', { pk: `agency#${agency.id}` });
      const keys = Array.isArray(record.encryptionKeys) ? record.encryptionKeys : [];
      const [first]: unknown[] = keys;
      const own = {
        ...(typeof first === 'object' ? first : {}),
        key: jwk,
        thumbprint: await calculateJwkThumbprint(jwk),
      };
      // Collected by the agency itself: what the thief takes is the answer on its way.
      const intercepted = { ...agency, encryptionKey: privateJwk(privatePem) };
      return wholeWay(scene, intercepted, byAccount(victim), {
        minted: () => scene.thief.put('registry', changed(record, { encryptionKeys: [...keys, own] })),
      });
    },
  },
  {
    name: 'an officer’s key in a change that was signed for another',
    does: 'The change that gave an officer their encryption key, with the thief’s key in it: what the officer collects is the thief’s to read.',
    async tell(scene) {
      const [agency, victim] = await Promise.all([newAgency(scene.world), newAccount(scene)]);
      const [own, thiefs] = [newEncryptionKey(), newEncryptionKey()];
      const jwkOf = ({ privatePem }: { privatePem: string }) => ({ ...publicJwk(privatePem) });
      const proposal = {
        kind: 'encryption-key',
        agency: agency.id,
        officer: agency.holder,
        encryptionKey: jwkOf(own),
      } as const;
      const change = await proposeChange(agency.session, proposal);
      for (const { session } of scene.world.reviewers.slice(0, 2))
        await decideChange(session, change, 'approve');
      const pk = `change#${change.id}`;
      const record = await scene.thief.get('registry', { pk });
      const intercepted = { ...agency, encryptionKey: privateJwk(thiefs.privatePem) };
      return wholeWay(scene, intercepted, byAccount(victim), {
        minted: () =>
          scene.thief.put(
            'registry',
            changed(record, { proposal: { ...proposal, encryptionKey: jwkOf(thiefs) } }),
          ),
      });
    },
  },
  {
    name: 'another beginning of a case',
    does: 'A case’s first entry deleted and written anew in another agency’s name, and the case given to that agency.',
    async tell(scene) {
      const { thief } = scene;
      const [asker, accomplice, victim] = await Promise.all([
        newAgency(scene.world),
        newAgency(scene.world),
        newAccount(scene),
      ]);
      return gotBy(async () => {
        const request = byAccount(victim);
        const view = await ask(asker, request);
        await logged(scene.world, view.id, 'request.received');
        const stream = `case/${view.id}`;
        const item = await thief.get('entries', { stream, n: 1 });
        const entry: Entry = JSON.parse(String(item.entry));
        if (entry.kind !== 'request.received') throw new Error('a case begins with its request');
        const data = { ...entry.data, agency: accomplice.id };
        const other = appendEntry(stream, noEntries, { kind: 'request.received', data }, entry.at).entry;
        await thief.remove('entries', { stream, n: 1 });
        for (const place of await thief.under('log', 'pk', `place#${stream}`))
          await thief.remove('log', { pk: place.pk, sk: place.sk });
        await thief.put('entries', changed(item, { entry: canonicalJson(other) }));
        await thief.put(
          'cases',
          changed(await thief.get('cases', caseKey(view.id)), { agency: accomplice.id }),
        );
        await approve(scene.world, view, wholeScope(request));
        return collect(accomplice, view.id);
      });
    },
  },
  {
    name: 'a number that leads to somebody else',
    does: 'The look-up of a harmless account’s number points to the victim: reviewers see a harmless request.',
    async tell(scene) {
      const { thief } = scene;
      const [agency, harmless, victim] = [
        await newAgency(scene.world),
        await newAccount(scene),
        await newAccount(scene),
      ];
      const items = await thief.under('vault', 'pk', harmless.subject);
      const name = items.find(({ sk }) => String(sk).startsWith('phone#'));
      const partition = `lookup#${String(name?.blind)}`;
      const [lookup] = await thief.under('vault', 'pk', partition);
      if (name === undefined || lookup === undefined) throw new Error('the account has no number');
      const sk = String(lookup.sk).replace(harmless.subject, victim.subject);
      await thief.put('vault', changed(lookup, { sk }));
      await thief.remove('vault', { pk: partition, sk: lookup.sk });
      for (const item of await thief.under('vault', 'pk', victim.subject))
        if (String(item.sk).startsWith('phone#')) await thief.remove('vault', { pk: item.pk, sk: item.sk });
      await thief.put('vault', changed(name, { pk: victim.subject }));
      const request = newRequest('', { subjects: [{ kind: 'phone', value: harmless.phone }] });
      const got = await wholeWay(scene, agency, request, {});
      return besides(got, harmless.addresses);
    },
  },
  {
    name: 'a case about somebody else',
    does: 'The subjects that a case was resolved to are exchanged for the victim’s pseudonym.',
    async tell(scene) {
      const { thief } = scene;
      const [agency, harmless, victim] = [
        await newAgency(scene.world),
        await newAccount(scene),
        await newAccount(scene),
      ];
      const got = await wholeWay(scene, agency, byAccount(harmless), {
        asked: async (id) => {
          const current = await thief.get('cases', caseKey(id));
          await thief.put('cases', changed(current, { subjects: [[{ subject: victim.subject }]] }));
        },
      });
      return besides(got, harmless.addresses);
    },
  },
  {
    name: 'a month sealed to the thief',
    does: 'The public key of a person’s month is exchanged: the next log-in would be readable without KMS.',
    async tell(scene) {
      const { world, thief } = scene;
      const victim = await newAccount(scene);
      const at = new Date(Date.now() - 3_600_000).toISOString();
      const epoch = epochOf(at);
      // The month has its key.
      const login = (ip: string) => ({
        kind: 'access' as const,
        account: victim.account,
        at,
        ip,
        port: 50_100,
      });
      const records = async () =>
        (await thief.under('vault', 'pk', victim.subject)).filter(({ sk }) =>
          String(sk).startsWith(`rec#access#${at.slice(0, 'YYYY-MM-DD'.length)}`),
        );
      await sendEvents(world.aws, world.outputs, [login(newAddress())]);
      await until('the month has a key', async () => (await records()).length > 0);
      const key = { pk: victim.subject, sk: `key#access#${epoch}` };
      const item = await thief.get('vault', key);
      const { publicKey, privateKey } = generateEpochKeyPair();
      await thief.put('vault', changed(item, { publicKey }));
      try {
        // An instance remembers a public key for a minute: another one has not seen it.
        await restarted(scene);
        const known = new Set((await records()).map(({ sk }) => sk));
        await sendEvents(world.aws, world.outputs, [login(newAddress())]);
        const fresh = await until(
          'something was sealed',
          async () => (await records()).find(({ sk }) => !known.has(sk)),
          8_000,
        ).catch(() => undefined);
        if (fresh === undefined) return { nothing: 'nothing is sealed to it' };
        return opens(fresh, { subject: victim.subject, epoch, privateKey })
          ? { something: 'a log-in that the thief can read' }
          : { nothing: 'sealed to another key' };
      } finally {
        await thief.put('vault', item);
      }
    },
  },
  {
    name: 'an invented log-in',
    does: 'A record of an address that the person never used, sealed to their month’s public key.',
    async tell(scene) {
      const { thief } = scene;
      const [agency, victim] = await Promise.all([newAgency(scene.world), newAccount(scene)]);
      const items = await thief.under('vault', 'pk', victim.subject);
      const record = items.find(({ sk }) => String(sk).startsWith('rec#access#'));
      const [, , day = ''] = String(record?.sk).split('#');
      const epoch = epochOf(day);
      const epochKey = items.find(({ sk }) => sk === `key#access#${epoch}`);
      const { publicKey } = epochKey ?? {};
      if (record === undefined || !(publicKey instanceof Uint8Array))
        throw new Error('the account has no log-ins');
      const at = new Date(Date.parse(day) + 1000).toISOString();
      const invented = { kind: 'access' as const, ip: newAddress(), port: 666 };
      const [sealed] = sealRecords({ subject: victim.subject, kind: 'access', epoch }, publicKey, [
        { at, place: 'a place in no stream', record: invented },
      ]);
      if (sealed === undefined) throw new Error('nothing was sealed');
      const sk = `rec#access#${sealed.at}#${sealed.id}`;
      await thief.put(
        'vault',
        changed(record, { sk, sealed: sealed.sealed, n: 1, key: keyFingerprint(publicKey) }),
      );
      return besides(await wholeWay(scene, agency, byAccount(victim), {}), victim.addresses);
    },
  },
  {
    name: 'a log-in that is gone',
    does: 'One sealed record of a person is deleted, so that a disclosure leaves it out.',
    async tell(scene) {
      const { thief } = scene;
      const [agency, victim] = await Promise.all([newAgency(scene.world), newAccount(scene)]);
      const items = await thief.under('vault', 'pk', victim.subject);
      const record = items.find(({ sk }) => String(sk).startsWith('rec#access#'));
      await thief.remove('vault', { pk: victim.subject, sk: record?.sk });
      return besides(await wholeWay(scene, agency, byAccount(victim), {}), victim.addresses);
    },
  },
  {
    name: 'a reviewer who was revoked',
    does: 'A revoked reviewer’s record is put back as it was, and the log’s index emptied: they approve again.',
    async tell(scene) {
      const { world, thief } = scene;
      const [agency, victim] = await Promise.all([newAgency(scene.world), newAccount(scene)]);
      const reviewer = await newReviewer(world);
      const record = await thief.get('registry', { pk: `key#${reviewer.keyId}` });
      const [first] = world.reviewers;
      if (first === undefined) throw new Error('there are no reviewers');
      await revokeKey(first.session, reviewer.keyId, 'stolen');
      // Once its entry is in the log, it is hidden there: wherever a table says where it is.
      await until('the revocation is in the log', async () =>
        (await readLog(world)).some(({ entry }) => entry.kind === 'key.revoked'),
      );
      for (const { pk, sk } of await thief.all('log'))
        if (String(pk).startsWith('place#key/') && sk === '2') await thief.remove('log', { pk, sk });
      await thief.put('registry', record);
      const request = byAccount(victim);
      return gotBy(async () => {
        const view = await ask(agency, request);
        const decision = {
          decision: 'approve' as const,
          requestDigest: view.requestDigest,
          scope: wholeScope(request),
          reason: 'order checked',
        };
        await decideReview(first.session, view.id, decision);
        await decideReview(reviewer.session, view.id, decision);
        return collect(agency, view.id);
      });
    },
  },
  {
    name: 'a case that was withdrawn',
    does: 'A withdrawn case is put back as it was while it could be collected.',
    async tell(scene) {
      const { thief } = scene;
      const [agency, victim] = await Promise.all([newAgency(scene.world), newAccount(scene)]);
      return wholeWay(scene, agency, byAccount(victim), {
        minted: async (id) => {
          const before = await thief.get('cases', caseKey(id));
          await withdrawRequest(agency.session, id);
          await logged(scene.world, id, 'case.withdrawn');
          await thief.put('cases', before);
        },
      });
    },
  },
  {
    name: 'an approval that nobody gave',
    does: 'A case is written as approved, with the decisions of another case.',
    async tell(scene) {
      const { world, thief } = scene;
      const [agency, other, victim] = await Promise.all([
        newAgency(scene.world),
        newAgency(scene.world),
        newAccount(scene),
      ]);
      return gotBy(async () => {
        const request = byAccount(victim);
        const approved = await ask(other, request);
        await approve(world, approved, wholeScope(request));
        await logged(world, approved.id, 'grant.minted');
        const view = await ask(agency, byAccount(victim));
        const theirs = await thief.get('cases', caseKey(approved.id));
        const { status, decisions, scope, grants, minted, expiresAt } = theirs;
        const own = await thief.get('cases', caseKey(view.id));
        const given = { status, decisions, scope, grants, minted, expiresAt };
        const known = Object.entries(given).filter(([, value]) => value !== undefined);
        await thief.put('cases', changed(own, Object.fromEntries(known)));
        return collect(agency, view.id);
      });
    },
  },
  {
    name: 'terms that nobody agreed to',
    does: 'An agency’s terms are widened in its record.',
    async tell(scene) {
      const { thief } = scene;
      const [agency, victim] = await Promise.all([
        newAgency(scene.world, { categories: ['SubscriberData'] }),
        newAccount(scene),
      ]);
      const record = await thief.get('registry', { pk: `agency#${agency.id}` });
      const terms = typeof record.terms === 'object' ? record.terms : {};
      const wide = { ...terms, categories: ['SubscriberData', 'TrafficData'] };
      await thief.put('registry', changed(record, { terms: wide }));
      return wholeWay(scene, agency, byAccount(victim), {});
    },
  },
  {
    name: 'a right without an end',
    does: 'The end of the right to collect, and how often, are put off in the case’s record.',
    async tell(scene) {
      const { thief } = scene;
      const [agency, victim] = await Promise.all([newAgency(scene.world), newAccount(scene)]);
      return wholeWay(scene, agency, byAccount(victim), {
        minted: async (id) => {
          const current = await thief.get('cases', caseKey(id));
          await thief.put(
            'cases',
            changed(current, { expiresAt: '9999-01-01T00:00:00.000Z', collectionsAllowed: 100 }),
          );
        },
      });
    },
  },
];

/** Has `seal` start anew, with nothing in memory. */
async function restarted({ world }: Scene): Promise<void> {
  const FunctionName = world.outputs.SealFunctionName;
  const { Environment } = await world.aws.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  await world.aws.lambda.send(
    new UpdateFunctionConfigurationCommand({
      FunctionName,
      Environment: { Variables: { ...Environment?.Variables, RESTARTED: randomUUID() } },
    }),
  );
}

function opens(
  item: Item,
  { subject, epoch, privateKey }: { subject: string; epoch: string; privateKey: Uint8Array },
): boolean {
  const [, , at = '', id = ''] = String(item.sk).split('#');
  if (!(item.sealed instanceof Uint8Array)) return false;
  try {
    const open = recordOpener({ subject, kind: 'access', epoch }, privateEpochKey(privateKey));
    return open({ at, id, sealed: item.sealed }).length > 0;
  } catch {
    return false;
  }
}
