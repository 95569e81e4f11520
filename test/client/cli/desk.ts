/** A provider of the tests' own, which shows a reviewer what a test tells it to, signed, and keeps what it is sent. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after } from 'node:test';
import { newSigningKey, publicJwk, signerFromPem } from '#client/keys.ts';
import type { ChangeView } from '#client/registry.ts';
import type { Review, ReviewLine } from '#client/reviewer.ts';
import { jsonDigest } from '#core/canonical.ts';
import type { Request } from '#core/cases/request.ts';
import type { Proposal } from '#core/registry/change.ts';
import { signAnswer } from '#core/signature/sign.ts';

export interface Desk {
  /** What the next calls are answered with, by the path's end. */
  answers: Map<string, unknown>;
  /** What its lists are made of, by status; and who asks for them. */
  cases: ReviewLine[];
  reviewer?: string;
  sent: { path: string; body: unknown }[];
  /** Makes a reviewer's profile that knows this provider. */
  profile(config: string, name: string): void;
}

export async function startDesk(): Promise<Desk> {
  const provider = newSigningKey();
  const answers = new Map<string, unknown>();
  const sent: Desk['sent'] = [];
  const desk: Pick<Desk, 'cases' | 'reviewer'> = { cases: [] };
  const listed = (status: string) => ({
    reviews: desk.cases.filter((each) => each.status === status),
    ...(desk.reviewer === undefined ? {} : { reviewer: desk.reviewer }),
  });
  const server = createServer(async (message, response) => {
    const { method, url: path = '' } = message;
    const text = (await buffer(message)).toString();
    if (method === 'POST') sent.push({ path, body: JSON.parse(text) });
    const [, status] = /^\/v1\/reviews\?status=(\w+)$/.exec(path) ?? [];
    const value = status === undefined ? answers.get(path.split('/').at(-1) ?? '') : listed(status);
    const isBytes = value instanceof Uint8Array;
    const body = isBytes ? value : new TextEncoder().encode(JSON.stringify(value));
    const contentType = isBytes ? 'application/octet-stream' : 'application/json';
    const created = Math.floor(Date.now() / 1000);
    const signed = await signAnswer(
      { status: 200, contentType, body, requestSignature: String(message.headers.signature) },
      signerFromPem(provider.privatePem),
      { created, expires: created + 60 },
    );
    response.writeHead(200, { 'content-type': contentType, ...signed }).end(body);
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = `http://127.0.0.1:${address.port}`;
  return Object.assign(desk, {
    answers,
    sent,
    profile(config: string, name: string) {
      const dir = join(config, 'writ', name);
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      const { privatePem } = newSigningKey();
      writeFileSync(join(dir, 'signing.pem'), privatePem, { mode: 0o600 });
      const { keyId } = signerFromPem(privatePem);
      const signing = { at: 'file', file: 'signing.pem', publicKey: publicJwk(privatePem), keyId };
      const known = { url, name: 'Example Messenger', keys: [publicJwk(provider.privatePem)] };
      writeFileSync(
        join(dir, 'profile.json'),
        JSON.stringify({ v: 1, role: 'reviewer', signing, provider: known }),
      );
    },
  });
}

export const request: Request = {
  reference: 'GS-4711/26',
  instrument: {
    kind: 'EPOC',
    jurisdiction: 'DE',
    authoriserRole: 'JudgeCourtOrInvestigatingJudge',
    issuedAt: '2026-11-20T09:00:00Z',
    offence: 'StGB 176b',
    digest: 'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:',
  },
  investigation: 'criminal',
  priority: 'Routine',
  subjects: [
    { kind: 'account', value: 'account-1' },
    { kind: 'phone', value: '+491521234567' },
  ],
  categories: ['SubscriberData', 'TrafficData'],
  period: { from: '2026-09-01T00:00:00Z', to: '2026-11-01T00:00:00Z' },
};

/** A case as the desk is shown it in a list. */
export function lineOf(changes: Partial<ReviewLine> = {}): ReviewLine {
  const { request: _r, threshold: _t, exists: _e, notes: _n, questions: _q, ...line } = reviewOf();
  return { ...line, ...changes };
}

/** A case as the desk is shown it. */
export function reviewOf(changes: Partial<Review> = {}, asked: Request = request): Review {
  const id = '0f8b6b1e-5a3c-4c4e-9d53-0a4f3f0f7a11';
  return {
    id,
    reference: asked.reference,
    status: 'AwaitingApproval',
    priority: asked.priority,
    requestDigest: jsonDigest(asked),
    receivedAt: '2026-11-20T10:00:00.000Z',
    dueAt: '2026-11-30T10:00:00.000Z',
    collections: 0,
    links: {},
    agency: 'de-lka-example',
    asked: { subjects: [0, 1], categories: asked.categories, period: asked.period },
    approvalsNeeded: 2,
    decisions: [],
    request: asked,
    threshold: 'unlisted',
    exists: [
      { subject: 0, category: 'TrafficData', epochs: ['2026-09', '2026-10'], records: 12 },
      { subject: 1, category: 'SubscriberData', epochs: [] },
    ],
    ...changes,
  };
}

export function changeOf(proposal: Proposal, changes: Partial<ChangeView> = {}): ChangeView {
  return {
    id: '6f0f3c0e-5a3c-4c4e-9d53-0a4f3f0f7a11',
    status: 'Pending',
    proposal,
    changeDigest: jsonDigest(proposal),
    proposedAt: '2026-11-20T10:00:00.000Z',
    closesAt: '2026-12-04T10:00:00.000Z',
    decisions: [
      { decision: 'approve', role: 'reviewer', holder: 'r.jansen', at: '2026-11-20T10:00:00.000Z' },
    ],
    missing: { approvals: 1, confirmation: false },
    links: {},
    ...changes,
  };
}
