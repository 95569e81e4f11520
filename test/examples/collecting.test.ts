/**
 * Each example asks, follows and collects at a provider of our own, whose disclosures are now and then not what they
 * should be. Its answers are all signed: what is tried here is a provider that cheats, or whoever holds its door.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CompactEncrypt, importJWK } from 'jose';
import { newEncryptionKey, newSigningKey, publicJwk, signerFromPem } from '#client/keys.ts';
import { canonicalJson, jsonDigest } from '#core/canonical.ts';
import type { DisclosedRecord } from '#core/categories/categories.ts';
import { makePackage } from '#core/disclosure/package.ts';
import type { Message } from '#core/signature/message.ts';
import { type Given, inPairs, programs, run } from './programs.ts';
import { asProvider, asStranger, provider, published, type Reply, serve } from './provider.ts';

const agency = newEncryptionKey().privatePem;
const officer = newSigningKey().privatePem;

const digest = jsonDigest('what was asked');
const login = (port: number): DisclosedRecord => ({
  subject: 0,
  category: 'TrafficData',
  at: '2026-11-20T09:00:00Z',
  ip: '2001:db8::1',
  port,
});
/** Not in the order of its names, and of characters that JSON libraries differ on. */
const odd: DisclosedRecord = {
  subject: 1,
  category: 'SubscriberData',
  phone: '+49152 "ü" \\/ <&>\n\u0001',
  validFrom: '2026-11-01T00:00:00Z',
};
const lines = (...records: DisclosedRecord[]) =>
  records.map((record) => `${canonicalJson(record)}\n`).join('');

interface Page {
  records?: DisclosedRecord[];
  /** The page that it names as the next one. */
  page?: string;
  case?: string;
  reference?: string;
  requestDigest?: string;
  digest?: string;
  by?: typeof asProvider;
  header?: object;
  /** The public key that it is encrypted to. */
  to?: string;
  tamper?: true;
}

async function jwsOf(id: string, page: Page): Promise<string> {
  const { records = [login(1)], by = asProvider } = page;
  const content = makePackage({
    provider: 'P',
    case: page.case ?? id,
    reference: page.reference ?? `reference of ${id}`,
    requestDigest: page.requestDigest ?? digest,
    scope: { subjects: [0], categories: ['TrafficData'], period: { from: '', to: '' } },
    policyHash: digest,
    collectedAt: '2026-11-24T09:00:00Z',
    records,
    ...(page.page === undefined ? {} : { page: page.page }),
    log: { entry: {}, proof: { index: '0', hashes: [] }, checkpoint: '' },
  });
  const header = { alg: 'ES256', kid: by.keyId, typ: 'writ-disclosure+jws', ...page.header };
  const parts = [header, { ...content, digest: page.digest ?? content.digest }];
  const input = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${input}.${Buffer.from(await by.sign(Buffer.from(input))).toString('base64url')}`;
}

async function jweOf(jws: string, page: Page): Promise<string> {
  const jwe = await new CompactEncrypt(Buffer.from(jws))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', cty: 'JWS' })
    .encrypt(await importJWK(publicJwk(page.to ?? agency), 'ECDH-ES'));
  if (!page.tamper) return jwe;
  // Whoever knows what it says can have it say something else, one letter for another, if nobody looks at the tag.
  const parts = jwe.split('.');
  const sealed = Buffer.from(parts[3] ?? '', 'base64url');
  const at = jws.indexOf('.') + 20;
  const letter = jws.charCodeAt(at);
  sealed[at] = (sealed[at] ?? 0) ^ letter ^ (letter === 65 ? 66 : 65);
  parts[3] = sealed.toString('base64url');
  return parts.join('.');
}

interface Tale {
  /** What it answers, in turn, to the calls that collect; then the last of it, again and again. */
  replies: (Page | Reply)[];
  /** Why nothing is believed. Without one all is well. */
  reason?: string;
  /** And why where the tag of the encryption is not looked at. */
  untagged?: string;
  shown?: string;
  code?: number;
  patience?: string;
  /** How many signed pages are kept. */
  kept?: number;
  /** How many calls are to come. */
  calls?: number;
  /** Caught by the very check that catches another: programs that take long to start go without. */
  alike?: true;
}

const isReply = (page: Page | Reply): page is Reply => 'status' in page;
const later = (seconds: number): Reply => ({ status: 202, headers: { 'retry-after': `${seconds}` } });
const anotherForm = "the signature has another form than the provider's";
const anotherCase = 'it is of another case';
const doesNotOpen = 'it does not open with this key';

/** What may happen to a collection; the name is part of the case's id. */
const tales: Record<string, Tale> = {
  'in-two-pages-once-the-log-shows-it': {
    replies: [later(0), later(0), { records: [odd, login(1)], page: 'p2' }, { records: [login(2)] }],
    shown: lines(odd, login(1), login(2)),
    calls: 4,
    kept: 2,
  },
  'of-as-many-records-as-a-page-has': {
    replies: [{ records: Array.from({ length: 10_000 }, (_, i) => login(i)) }],
    shown: lines(...Array.from({ length: 10_000 }, (_, i) => login(i))),
    kept: 1,
  },
  'of-nothing': { replies: [{ records: [] }], shown: '', kept: 1, alike: true },
  'that-the-log-is-behind-with': { replies: [later(3600)], code: 2, calls: 1, shown: '' },
  'that-is-refused': { replies: [{ status: 409, body: '{"code":"case-closed"}' }], code: 1, shown: '' },
  'to-another-key': { replies: [{ to: newEncryptionKey().privatePem }], reason: doesNotOpen },
  'that-is-no-jwe': { replies: [{ status: 200, body: '{}' }], reason: doesNotOpen, alike: true },
  'changed-without-the-key': {
    replies: [{ tamper: true }],
    reason: doesNotOpen,
    untagged: 'the signature does not hold',
  },
  'by-a-stranger': {
    replies: [{ by: asStranger }],
    reason: "the key is not one of the provider's",
    alike: true,
  },
  'by-a-stranger-in-the-providers-name': {
    replies: [{ by: { ...asStranger, keyId: asProvider.keyId } }],
    reason: 'the signature does not hold',
  },
  'without-a-signature': {
    replies: [{ header: { alg: 'none' }, by: { ...asProvider, sign: async () => new Uint8Array() } }],
    reason: anotherForm,
    alike: true,
  },
  'with-another-algorithm': { replies: [{ header: { alg: 'HS256' } }], reason: anotherForm, alike: true },
  'with-something-critical': {
    replies: [{ header: { crit: ['exp'], exp: 1 } }],
    reason: anotherForm,
  },
  'with-the-digest-of-other-records': {
    replies: [{ digest: jsonDigest([login(2)]) }],
    reason: 'the digest is not that of the records',
  },
  'of-another-case': { replies: [{ case: 'another' }], reason: anotherCase },
  'of-another-reference': { replies: [{ reference: 'another' }], reason: anotherCase },
  'of-another-request': { replies: [{ requestDigest: jsonDigest('else') }], reason: anotherCase },
  'that-goes-in-a-circle': {
    replies: [
      { page: 'p2' },
      { records: [login(2)], page: 'p3' },
      { records: [login(3)], page: 'p2' },
      { records: [login(4)] },
    ],
    reason: 'a page comes twice',
    shown: lines(login(1), login(2), login(3)),
    calls: 3,
    kept: 3,
  },
  'that-is-of-another-case-on-its-second-page': {
    replies: [{ page: 'p2' }, { records: [login(2)], case: 'another' }],
    reason: anotherCase,
    shown: lines(login(1)),
    kept: 1,
    alike: true,
  },
};

describe('the examples ask, follow and collect', { concurrency: 2 }, () => {
  const scratch = mkdtempSync(join(tmpdir(), 'writ-collecting-'));
  /** The calls of each case, its looks aside, and what the signed pages of each were. */
  const calls = new Map<string, Message[]>();
  const pages = new Map<string, string[]>();
  let door: Awaited<ReturnType<typeof serve>>;
  let given: Given;

  const viewOf = (id: string, status: string) =>
    JSON.stringify({ id, reference: `reference of ${id}`, status, requestDigest: digest });

  async function reply(asked: Message): Promise<Reply> {
    const [, , , id = '', act] = asked.path.split('/');
    const before = calls.get(id) ?? [];
    if (id === '') return { status: 201, body: viewOf('new', 'AwaitingApproval') };
    if (id.startsWith('collected-as-another')) return { body: viewOf('another', 'AwaitingDisclosure') };
    if (act === undefined && !id.startsWith('followed')) return { body: viewOf(id, 'AwaitingDisclosure') };
    calls.set(id, [...before, asked]);
    if (act === undefined) {
      const decided = id.includes('to-its-end') && before.length >= 2;
      const headers: Record<string, string> = id.includes('to-its-end') ? { 'retry-after': '0' } : {};
      return { body: viewOf(id, decided ? 'Rejected' : 'AwaitingApproval'), headers };
    }
    const { replies } = tales[id.split('_')[0] ?? ''] ?? { replies: [] };
    const page = replies[before.length] ?? replies.at(-1) ?? {};
    if (isReply(page)) return page;
    const jws = await jwsOf(id, page);
    pages.set(id, [...(pages.get(id) ?? []), jws]);
    return { type: 'application/jose', body: await jweOf(jws, page) };
  }

  before(async () => {
    door = await serve(scratch, reply);
    const file = (name: string, content: string) => {
      writeFileSync(join(scratch, name), content, { mode: 0o600 });
      return join(scratch, name);
    };
    given = {
      keyFile: file('officer.pem', officer),
      keyId: signerFromPem(officer).keyId,
      encryptionKeyFile: file('agency.pem', agency),
      providerFile: file('provider.json', published(provider)),
      caFile: door.caFile,
      url: `https://${door.authority}/v1`,
    };
  });
  after(() => {
    door.close();
    rmSync(scratch, { recursive: true });
  });

  for (const program of programs) {
    test(`${program.name}: believes no disclosure but the provider’s, to this key, of this case`, {
      skip: program.skip,
    }, async () => {
      const folder = join(scratch, program.name);
      mkdirSync(folder);
      const command = await program.build();
      const own = (name: string) => join(folder, name);
      const does = async (words: string[], changes: Partial<Given> = {}) => {
        const { code, stdout, stderr } = await run(command, { ...given, ...changes }, words);
        return { code, stdout, said: stderr.trim().split('\n') };
      };

      const asks = async () => {
        writeFileSync(own('request.json'), '{"reference":"Grüße"}\n');
        assert.deepEqual(await does(['ask', own('request.json')]), {
          code: 0,
          stdout: viewOf('new', 'AwaitingApproval'),
          said: ['201, verified'],
        });
      };
      const follows = async () => {
        const id = `followed-to-its-end_${program.name}`;
        assert.deepEqual(await does(['follow', id]), {
          code: 0,
          stdout: viewOf(id, 'Rejected'),
          said: ['200, verified', '200, verified', '200, verified'],
        });
      };
      const losesPatience = async () => {
        const id = `followed-in-vain_${program.name}`;
        assert.deepEqual(await does(['follow', id], { patience: '0' }), {
          code: 2,
          stdout: viewOf(id, 'AwaitingApproval'),
          said: ['200, verified', 'not yet: try again later'],
        });
      };
      const isToldOfAnother = async () => {
        const id = `collected-as-another_${program.name}`;
        const { code, stdout, said } = await does(['collect', id]);
        assert.deepEqual(
          [code, stdout, said.at(-1)],
          [1, '', `the disclosure, not verified: ${anotherCase}`],
        );
      };
      const keepsEvidence = async () => {
        const id = `of-nothing_kept-${program.name}`;
        writeFileSync(own('kept.jws'), 'of another case');
        const { code, stdout } = await does(['collect', id, own('kept.jws')]);
        assert.deepEqual([code, stdout, readFileSync(own('kept.jws'), 'utf8')], [1, '', 'of another case']);
        assert.equal(calls.get(id), undefined, 'nothing was collected');
      };
      const told = Object.entries(tales).filter(([, { alike }]) => !(alike && program.startsSlowly));
      const collects = told.map(([name, tale]) => async () => {
        const id = `${name}_${program.name}`;
        const { code, stdout, said } = await does(['collect', id, own(`${name}.jws`)]);
        const untagged = tale.untagged !== undefined && !program.checksTag;
        const reason = untagged ? tale.untagged : tale.reason;
        assert.equal(stdout, tale.shown ?? '', name);
        assert.equal(code, tale.code ?? (reason === undefined ? 0 : 1), `${name}: ${said.join('; ')}`);
        if (reason !== undefined) assert.equal(said.at(-1), `the disclosure, not verified: ${reason}`, name);
        const came = calls.get(id) ?? [];
        assert.equal(came.length, tale.calls ?? tale.replies.length, name);
        const kept = readFileSync(own(`${name}.jws`), 'utf8');
        const believed = (pages.get(id) ?? []).slice(0, tale.kept ?? 0);
        assert.equal(kept, believed.map((jws) => `${jws}\n`).join(''), name);
        assert.equal(statSync(own(`${name}.jws`)).mode & 0o077, 0, 'for its owner alone');
      });
      await inPairs([asks, follows, losesPatience, isToldOfAnother, keepsEvidence, ...collects]);
      const names = (id: string) =>
        (calls.get(id) ?? []).map(({ body }) => Buffer.from(body).toString().trim());
      assert.deepEqual(names(`in-two-pages-once-the-log-shows-it_${program.name}`), [
        '',
        '',
        '',
        '{"page":"p2"}',
      ]);
    });
  }
});
