/**
 * Each example against a provider of our own: what it sends is held against the door's code, and what it is answered is
 * now and then not what the provider signed.
 */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { newSigningKey, publicJwk, signerFromPem } from '#client/keys.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import type { Message } from '#core/signature/message.ts';
import { SKEW_SECONDS } from '#core/signature/profile.ts';
import { readSignature, verifySignature } from '#core/signature/verify.ts';
import { type Given, inPairs, programs, run } from './programs.ts';
import { asProvider, asStranger, now, provider, published, type Reply, serve, stranger } from './provider.ts';

const ed25519 = newSigningKey().privatePem;
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

interface Wrong extends Reply {
  /** The reason that the program must give. Without one it takes the answer. */
  reason?: string;
  /** Caught by the very check that catches another: programs that take long to start go without. */
  alike?: true;
}

const anotherBody = 'the body is not the one that was signed';
const anotherForm = "the signature has another form than the provider's";
const notOfNow = 'the signature is not of now';
const anotherKey = "the key is not one of the provider's";
const notTheirs = 'the signature does not hold';

/** What may be wrong with an answer; the name is part of the path, and so of what the examples sign. */
const wrong: Record<string, Wrong> = {
  unsigned: {
    reason: 'signature-input is not there once',
    alike: true,
    change: ({ headers }) => {
      delete headers.signature;
      delete headers['signature-input'];
    },
  },
  'signed-twice': {
    reason: 'signature is not there once',
    change: ({ headers }) => {
      headers.signature = [String(headers.signature), String(headers.signature)];
    },
  },
  'with-another-body': {
    reason: anotherBody,
    change: (answer) => {
      answer.body = answer.body.replace('true', 'null');
    },
  },
  'covering-less': {
    reason: anotherForm,
    change: ({ headers }) => {
      headers['signature-input'] = String(headers['signature-input']).replace(' "signature";req', '');
    },
  },
  expired: { reason: notOfNow, created: -301 },
  'of-the-future': { reason: notOfNow, created: 3600 },
  'living-for-long': { reason: notOfNow, lives: 3600 },
  'by-a-stranger': { reason: anotherKey, alike: true, by: asStranger },
  'by-a-stranger-in-the-providers-name': {
    reason: notTheirs,
    by: { ...asStranger, keyId: asProvider.keyId },
  },
  'to-another-request': {
    reason: notTheirs,
    alike: true,
    requestSignature: `writ=:${Buffer.alloc(64, 1).toString('base64')}:`,
  },
  'with-another-body-and-its-digest': {
    reason: notTheirs,
    alike: true,
    change: (answer) => {
      const headers = answer.headers as Record<string, string>;
      answer.body = '{}';
      headers['content-digest'] = 'sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:';
    },
  },
  'with-another-status': {
    reason: notTheirs,
    alike: true,
    change: (answer) => {
      answer.status = 201;
    },
  },
  'of-another-type': {
    reason: notTheirs,
    alike: true,
    change: ({ headers }) => {
      headers['content-type'] = 'application/jose';
    },
  },
  // It was signed, so it may be shown; it is not followed.
  redirected: {
    status: 307,
    change: ({ headers }) => {
      headers.location = '/v1/requests/honest';
    },
  },
};

describe('the examples', { concurrency: 2 }, () => {
  const scratch = mkdtempSync(join(tmpdir(), 'writ-examples-'));
  const file = (name: string, content: string) => {
    writeFileSync(join(scratch, name), content, { mode: 0o600 });
    return join(scratch, name);
  };
  const seen = new Map<string, Message>();
  let door: Awaited<ReturnType<typeof serve>>;

  before(async () => {
    door = await serve(scratch, (asked) => {
      seen.set(asked.path + asked.query, asked);
      const reply = wrong[asked.path.split('/')[3] ?? ''] ?? {};
      return { ...(asked.path.includes('refused') ? { status: 403 } : {}), ...reply };
    });
  });
  after(() => {
    door.close();
    rmSync(scratch, { recursive: true });
  });

  for (const program of programs) {
    test(`${program.name}: signs what the provider takes, and believes only what the provider signed`, {
      skip: program.skip,
    }, async () => {
      const folder = join(scratch, program.name);
      mkdirSync(folder);
      const command = await program.build();
      // Of its own: the programs run side by side.
      const own = (name: string, content: string) => file(join(program.name, name), content);
      const body = own('body.json', '{"reference":"Grüße 1/26",\n "n": 1}\n');
      const providerFile = own('provider.json', published(provider));
      const given = (pem: string): Given => {
        const { keyId, alg } = signerFromPem(pem);
        return { keyFile: own(`${alg}.pem`, pem), keyId, providerFile, caFile: door.caFile };
      };
      const usual = given(ed25519);
      const at = (rest: string) => `/v1/requests/${rest}/${program.name}`;
      const call = async (as: Given, ...[method, path, ...files]: [string, string, ...string[]]) => {
        const url = `https://${door.authority}${path}`;
        const { code, stdout, stderr } = await run(command, as, ['call', method, url, ...files]);
        return { code, stdout, stderr: stderr.trim() };
      };
      const taken = (path: string, pem: string) => {
        const message = seen.get(path);
        assert.ok(message, `${path} arrived`);
        const reading = readSignature(message, { now: now(), skewSeconds: SKEW_SECONDS });
        assert.ok(reading.ok, JSON.stringify(reading));
        assert.ok(verifySignature(reading.claims, importPublicKey(publicJwk(pem))));
        assert.equal(reading.claims.keyId, signerFromPem(pem).keyId);
        return { message, claims: reading.claims };
      };
      const shown = '{"ok":true}';
      const good = { code: 0, stdout: shown, stderr: '200, verified' };

      const signing = (pem: string) => async () => {
        const path = at(signerFromPem(pem).alg);
        const as = pem === ed25519 ? usual : given(pem);
        assert.deepEqual(await call(as, 'POST', path, body), good);
        const posted = taken(path, pem);
        assert.equal(posted.message.method, 'POST');
        assert.deepEqual(Buffer.from(posted.message.body), readFileSync(body));
        if (pem !== ed25519 && program.startsSlowly) return;
        assert.deepEqual(await call(as, 'GET', `${path}?status=Disclosed`), good);
        const got = taken(`${path}?status=Disclosed`, pem);
        assert.equal(got.message.body.length, 0);
        assert.notEqual(got.claims.nonce, posted.claims.nonce);
      };
      const refused = async () => {
        assert.deepEqual(await call(usual, 'GET', at('refused')), {
          code: 1,
          stdout: shown,
          stderr: '403, verified',
        });
      };
      const variants = Object.entries(wrong).filter(([, { alike }]) => !(alike && program.startsSlowly));
      const cheating = variants.map(([name, { reason, status }]) => async () => {
        const outcome = await call(usual, 'GET', at(name));
        const said = `${status ?? (name === 'with-another-status' ? 201 : 200)}`;
        assert.deepEqual(
          outcome,
          reason === undefined
            ? { code: 1, stdout: shown, stderr: `${said}, verified` }
            : { code: 1, stdout: '', stderr: `${said}, not verified: ${reason}` },
          name,
        );
      });
      // A document that calls a stranger's key by the id that was compared by telephone.
      const lying = async () => {
        const as = { ...usual, providerFile: own('lying.json', published(stranger, asProvider.keyId)) };
        assert.deepEqual(
          await call(as, 'GET', at('by-a-stranger-in-the-providers-name/lying')),
          { code: 1, stdout: '', stderr: `200, not verified: ${anotherKey}` },
          'a key that claims the id of another',
        );
      };
      const pems = program.signsP256 ? [ed25519, p256] : [ed25519];
      // A redirect is no 2xx either.
      const others = program.startsSlowly ? [lying] : [refused, lying];
      await inPairs([...pems.map(signing), ...cheating, ...others]);

      const tested = [...seen.keys()].filter((path) =>
        path.split('?')[0]?.endsWith(`/${program.name}`),
      ).length;
      const signed = pems.length * 2 - (program.signsP256 && program.startsSlowly ? 1 : 0);
      assert.equal(tested, signed + variants.length + others.length);
    });
  }
});
