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
import type { CaseView } from '#core/cases/case.ts';
import { type Request, requestSchema } from '#core/cases/request.ts';
import type { DisclosedRecord } from '#core/categories/categories.ts';
import { type ProblemCode, problems } from '#core/problem.ts';
import { signAnswer } from '#core/signature/sign.ts';
import { writ } from '#dev/writ.ts';
import { disclosed, Keys } from '../package/pages.ts';

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
  /** What happens beside, with each call. */
  onCall: (() => void) | undefined;
  readonly calls: { method: string; path: string; body: string }[] = [];
  readonly kept = new Map<string, Kept>();
  url = '';
  stop: () => void = () => undefined;
  private encryptionKey: Record<string, unknown> = {};

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

  async encrypted(text: string): Promise<string> {
    return new CompactEncrypt(new TextEncoder().encode(text))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' })
      .encrypt(await importJWK(this.encryptionKey, 'ECDH-ES'));
  }

  private async answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '' } = message;
    const text = (await buffer(message)).toString();
    this.calls.push({ method, path, body: text });
    this.onCall?.();
    const body = text === '' ? undefined : JSON.parse(text);
    const { status, value, contentType } = await this.act(path, body);
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
    path: string,
    body: unknown,
  ): Promise<{ status: number; value?: unknown; contentType: string }> {
    const json = (status: number, value: unknown) => ({ status, value, contentType: 'application/json' });
    const refused = (code: ProblemCode) => {
      const [status, title] = problems[code];
      return { status, value: { type: 'x', code, title, status }, contentType: 'application/problem+json' };
    };
    if (this.refusal !== undefined) return refused(this.refusal);
    if (path === '/v1/requests') return json(201, this.receive(requestSchema.parse(body)).view);
    const [, , , id = '', act] = path.split('/');
    const kept = this.kept.get(id);
    if (kept === undefined) return refused('not-found');
    if (act === undefined) return json(200, kept.view);
    if (act === 'information') {
      if (kept.view.information === undefined) return refused('nothing-asked');
      kept.view.information.answeredAt = '2026-11-22T10:00:00.000Z';
      delete kept.view.links.information;
      return json(200, kept.view);
    }
    if (act === 'withdrawal') {
      kept.view.status = 'Cancelled';
      return json(200, kept.view);
    }
    if (kept.view.status === 'AwaitingApproval') return refused('case-not-approved');
    if (kept.view.status !== 'AwaitingDisclosure' && kept.view.status !== 'Disclosed')
      return refused('case-closed');
    const isFirst = typeof body !== 'object' || body === null || !('page' in body);
    if (this.pageRefusal !== undefined && !isFirst) return refused(this.pageRefusal);
    return this.collect(kept, body);
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
      links: { self, withdrawal: `${self}/withdrawal`, notice: `${self}/notice` },
    };
    const kept = { view, request };
    this.kept.set(id, kept);
    return kept;
  }

  private async collect(kept: Kept, body: unknown) {
    const asked = typeof body === 'object' && body !== null && 'page' in body ? String(body.page) : 'page-1';
    const page = Number(asked.replace('page-', ''));
    const { id, reference, requestDigest } = kept.view;
    kept.jws ??= (await disclosed(this.keys, this.pages, { id, reference, requestDigest })).jws;
    const contentType = 'application/jose';
    if (page === this.breaksAt) return { status: 200, contentType };
    kept.view.status = 'Disclosed';
    return { status: 200, value: await this.encrypted(kept.jws[page - 1] ?? ''), contentType };
  }
}
