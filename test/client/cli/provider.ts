/**
 * A provider for the tests of `writ`, on this machine: it keeps requests by their reference, signs its answers, and
 * hands out pages. What it does wrong, a test tells it to.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { CompactEncrypt, importJWK } from 'jose';
import { signerFromPem } from '#client/keys.ts';
import { jsonDigest } from '#core/canonical.ts';
import { type AskedView, type CaseView, lineOfCase } from '#core/cases/case.ts';
import { type Policy, policyHash } from '#core/cases/policy.ts';
import { askedScope, type Request, requestSchema } from '#core/cases/request.ts';
import type { DisclosedRecord } from '#core/categories/categories.ts';
import { secondForm } from '#core/disclosure/package.ts';
import { type ProblemCode, problems } from '#core/problem.ts';
import type { Terms } from '#core/registry/terms.ts';
import { signAnswer } from '#core/signature/sign.ts';
import { collectionSchema } from '#core/wire/agency.ts';
import { writ } from '#dev/writ.ts';
import type { Cosigner } from '../../core/log/cosigner.ts';
import { coverageOf, disclosed, Keys } from '../package/pages.ts';

export interface Kept {
  view: CaseView;
  request: Request;
  jws?: string[];
}

export class TestProvider {
  readonly keys = new Keys();
  /** What is disclosed of every case. */
  pages: DisclosedRecord[][] = [[]];
  /** How many of the next calls are taken, and the connection dropped without an answer. */
  drops = 0;
  /** The page that breaks off, every time it is asked for. */
  breaksAt: number | undefined;
  /** What the next calls of an act are refused with. */
  refusal: ProblemCode | undefined;
  /** What the pages after the first are refused with. */
  pageRefusal: ProblemCode | undefined;
  /** What answers are encrypted to, where it is not the key of the profile that was made last. */
  recipient: string | undefined;
  /** The key that takes over later. */
  next: { thumbprint: string; of: 'officer'; activeFrom: string } | undefined;
  /** It is of a version that knows no recipients. */
  isOlder = false;
  /** A provider of before the second form of packages refuses what asks for it. */
  isOld = false;
  /** What it publishes of its policy, and of the agency's terms, where a test has it publish any. */
  rules: { policy: Policy; terms: Terms } | undefined;
  /** Who cosigns its log, and what it publishes of them (C2SP tlog-policy). */
  cosigners: readonly Cosigner[] = [];
  policy: string | undefined;
  /** What happens beside, with each call. */
  onCall: (() => void) | undefined;
  /** References that the list does not have yet. */
  readonly unlisted = new Set<string>();
  readonly calls: { method: string; path: string; body: string }[] = [];
  readonly kept = new Map<string, Kept>();
  /** Documents that were handed in. */
  readonly orders: { type: string; bytes: Uint8Array }[] = [];
  url = '';
  stop: () => void = () => undefined;
  private encryptionKey: Record<string, unknown> = {};
  private encryptionKeyId = '';

  static async start(): Promise<TestProvider> {
    const testProvider = new TestProvider();
    const server = createServer((request, response) => {
      testProvider.answer(request, response).catch((error: unknown) => {
        console.error(error);
        response.destroy();
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    testProvider.url = `http://127.0.0.1:${port}`;
    testProvider.stop = () => {
      server.close();
      server.closeAllConnections();
    };
    return testProvider;
  }

  /** A profile of an agency that knows this provider. @param config XDG_CONFIG_HOME */
  async profile(config: string, name: string, more: readonly string[] = ['--no-passphrase']): Promise<void> {
    const made = await writ(['keys', 'new', '--role', 'agency', '--profile', name, ...more], {
      XDG_CONFIG_HOME: config,
    });
    if (made.code !== 0) throw new Error(made.err);
    const file = join(config, 'writ', name, 'profile.json');
    const profile = JSON.parse(readFileSync(file, 'utf8'));
    this.encryptionKey = profile.encryption.publicKey;
    this.encryptionKeyId = profile.encryption.keyId;
    const { verifierKey: logKey, jwk } = this.keys;
    const provider = { url: this.url, name: 'Example Messenger', keys: [jwk], logKey };
    writeFileSync(file, JSON.stringify({ ...profile, provider }), { mode: 0o600 });
  }

  /** The case of a reference, which a test may change. */
  caseOf(reference: string): Kept {
    const kept = [...this.kept.values()].find(({ view }) => view.reference === reference);
    if (kept === undefined) throw new Error(`nobody asked under ${reference}`);
    return kept;
  }

  approve(reference: string): void {
    const { view, request } = this.caseOf(reference);
    view.status = 'AwaitingDisclosure';
    view.scope = { subjects: [0], categories: request.categories, period: request.period };
    view.expiresAt = '2027-01-01T00:00:00.000Z';
    view.links.collection = `${view.links.self}/collection`;
  }

  /** Whom answers are encrypted to from now on. */
  encryptTo(jwk: Record<string, unknown>, keyId: string): void {
    this.encryptionKey = jwk;
    this.encryptionKeyId = keyId;
  }

  async encrypted(text: string): Promise<string> {
    return new CompactEncrypt(new TextEncoder().encode(text))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' })
      .encrypt(await importJWK(this.encryptionKey, 'ECDH-ES'));
  }

  private async answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '' } = message;
    const arrived = await buffer(message);
    const isOrder = path.endsWith('/order');
    const text = isOrder ? '' : arrived.toString();
    if (isOrder) this.orders.push({ type: message.headers['content-type'] ?? '', bytes: arrived });
    this.calls.push({ method, path, body: text });
    this.onCall?.();
    const body = text === '' ? undefined : JSON.parse(text);
    if (this.isOlder && path === '/v1/recipient') {
      // As API Gateway answers where there is no route.
      const problem = { type: 'x', code: 'not-found', title: 'x', status: 404 };
      response.writeHead(404, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
      return;
    }
    const { status, value, contentType } = await this.act(method, path, body);
    if (this.drops > 0 || value === undefined) {
      this.drops = Math.max(0, this.drops - 1);
      response.destroy();
      return;
    }
    const bytes = new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
    const created = Math.floor(Date.now() / 1000);
    const fields = await signAnswer(
      { status, contentType, body: bytes, requestSignature: String(message.headers.signature) },
      signerFromPem(this.keys.pem),
      { created, expires: created + 60 },
    );
    response.writeHead(status, { 'content-type': contentType, ...fields }).end(bytes);
  }

  /** @returns no value: the connection breaks off */
  private async act(
    method: string,
    path: string,
    body: unknown,
  ): Promise<{ status: number; value?: unknown; contentType: string }> {
    const json = (status: number, value: unknown) => ({ status, value, contentType: 'application/json' });
    const refused = (code: ProblemCode) => {
      const [status, title] = problems[code];
      return { status, value: { type: 'x', code, title, status }, contentType: 'application/problem+json' };
    };
    if (this.rules !== undefined && path === '/v1/provider') {
      const { policy } = this.rules;
      return json(200, { name: 'Example Messenger', keys: [], policyHash: policyHash(policy), policy });
    }
    if (this.rules !== undefined && path === '/v1/agency')
      return json(200, { id: 'lka', name: 'State Police', terms: this.rules.terms });
    if (path === '/v1/log/policy')
      return this.policy === undefined
        ? refused('not-found')
        : { status: 200, value: this.policy, contentType: 'text/plain; charset=utf-8' };
    if (this.refusal !== undefined) return refused(this.refusal);
    if (method === 'GET' && /^\/v1\/requests(\?|$)/.test(path)) return json(200, this.list(path));
    if (path === '/v1/requests') return json(201, this.receive(requestSchema.parse(body)).view);
    if (path === '/v1/recipient') return json(200, this.recipientShown());
    const [, , , id = '', act] = path.split('/');
    const kept = this.kept.get(id);
    if (kept === undefined) return refused('not-found');
    if (act === undefined) return json(200, kept.view);
    if (act === 'asked') return json(200, asked(kept));
    if (act === 'information') {
      if (kept.view.information === undefined) return refused('nothing-asked');
      kept.view.information.answeredAt = '2026-11-22T10:00:00.000Z';
      delete kept.view.links.information;
      return json(200, kept.view);
    }
    if (act === 'order') {
      delete kept.view.links.order;
      return json(200, kept.view);
    }
    if (act === 'withdrawal') {
      kept.view.status = 'Cancelled';
      return json(200, kept.view);
    }
    if (kept.view.status === 'AwaitingApproval') return refused('case-not-approved');
    if (kept.view.status !== 'AwaitingDisclosure' && kept.view.status !== 'Disclosed')
      return refused('case-closed');
    if (typeof body === 'object' && body !== null && 'recipient' in body) {
      if (this.isOlder) return refused('field-unknown');
      if (body.recipient !== this.recipientShown().recipient.thumbprint) return refused('recipient-differs');
    }
    const isFirst = typeof body !== 'object' || body === null || !('page' in body);
    if (this.isOld && typeof body === 'object' && body !== null && 'form' in body)
      return refused('field-unknown');
    if (this.pageRefusal !== undefined && !isFirst) return refused(this.pageRefusal);
    return this.collect(kept, body);
  }

  private recipientShown() {
    const thumbprint = this.recipient ?? this.encryptionKeyId;
    const recipient = { thumbprint, of: 'officer' as const, activeFrom: '2026-11-01T00:00:00.000Z' };
    return { officer: 'officer-17', recipient, ...(this.next === undefined ? {} : { next: this.next }) };
  }

  /** The newest first; two a page. What is `unlisted` the index does not have yet. */
  private list(path: string) {
    const { searchParams } = new URL(path, this.url);
    const from = Number(searchParams.get('page')?.replace('from-', '') ?? 0);
    const all = [...this.kept.values()]
      .filter(({ view }) => !this.unlisted.has(view.reference))
      .map(({ view }) => lineOfCase(view))
      .toReversed();
    const next = from + 2 < all.length ? { next: `from-${from + 2}` } : {};
    return { requests: all.slice(from, from + 2), ...next };
  }

  private receive(request: Request): Kept {
    const known = [...this.kept.values()].find(({ view }) => view.reference === request.reference);
    if (known !== undefined) return known;
    const id = randomUUID();
    const self = `/v1/requests/${id}`;
    const view: CaseView = {
      id,
      reference: request.reference,
      status: 'AwaitingApproval',
      priority: request.priority,
      requestDigest: jsonDigest(request),
      receivedAt: '2026-11-20T10:00:00.000Z',
      dueAt: '2026-11-30T10:00:00.000Z',
      collections: 0,
      ...(request.notice === undefined ? {} : { delayUntil: request.notice.delayUntil }),
      links: { self, withdrawal: `${self}/withdrawal`, notice: `${self}/notice` },
    };
    const kept = { view, request };
    this.kept.set(id, kept);
    return kept;
  }

  private async collect(kept: Kept, body: unknown) {
    const asked = typeof body === 'object' && body !== null && 'page' in body ? String(body.page) : 'page-1';
    const page = Number(asked.replace('page-', ''));
    const { id, reference, requestDigest, scope } = kept.view;
    const { form, request } = collectionSchema.parse(body);
    const { instrument, jurisdiction, authoriserRole } = {
      ...kept.request.instrument,
      instrument: kept.request.instrument.kind,
    };
    const basis = { instrument, jurisdiction, authoriserRole, threshold: 'met' } as const;
    const more = form !== undefined && scope !== undefined ? secondForm({ basis, scope }, request) : {};
    const coverage = form !== undefined && form > 2 ? { coverage: coverageOf(askedScope(kept.request)) } : {};
    const newest = { isFourth: form === 4, cosigners: this.cosigners };
    const facts = { id, reference, requestDigest, ...more, ...coverage, ...newest };
    kept.jws ??= (await disclosed(this.keys, this.pages, facts)).jws;
    const contentType = 'application/jose';
    if (page === this.breaksAt) return { status: 200, contentType };
    kept.view.status = 'Disclosed';
    return { status: 200, value: await this.encrypted(kept.jws[page - 1] ?? ''), contentType };
  }
}

function asked({ view: { id, requestDigest }, request }: Kept): AskedView {
  const { kind: instrument, jurisdiction, authoriserRole } = request.instrument;
  const { preservations = [] } = request;
  return {
    id,
    requestDigest,
    asked: askedScope(request),
    instrument,
    jurisdiction,
    authoriserRole,
    preservations,
  };
}
