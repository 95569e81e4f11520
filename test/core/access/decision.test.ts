import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasNoOverdueObligation } from '#core/access/as-minted.ts';
import { isSignedApproval } from '#core/access/decision.ts';
import { utf8 } from '#core/bytes.ts';
import { jsonDigest } from '#core/canonical.ts';
import { mint } from '#core/cases/acts.ts';
import type { Case, StoredDecision } from '#core/cases/case.ts';
import { decide } from '#core/cases/deciding.ts';
import { validate } from '#core/cases/obligations.ts';
import type { Decision, Request } from '#core/cases/request.ts';
import { restoreMessage, storeMessage } from '#core/evidence.ts';
import type { Message } from '#core/signature/message.ts';
import {
  approval,
  by,
  commitAt,
  committed,
  emergency,
  grant,
  hoursAfter,
  officerKey,
  policy,
  received,
  receivedAt,
  rejection,
} from '../cases/cases.ts';
import { ed25519, now, p256, signedMessage, type TestKey, withField } from '../signature/messages.ts';

/** The fixtures' signatures are valid from 10 s before this until 200 s after. */
const decidedAt = new Date(now * 1000).toISOString();

interface Evidence {
  current: Case;
  decision: StoredDecision;
  message: Message;
  reviewer: { keyId: string; holder: string; publicKey: unknown };
}

const asked = commitAt(received());

/** A decision signed by a reviewer's key, as it arrives at a path. */
async function signedDecision(
  decision: Decision,
  key: TestKey,
  path = `/v1/reviews/${asked.id}/decisions`,
  method = 'POST',
): Promise<Message> {
  const body = utf8(JSON.stringify(decision));
  const post = {
    method,
    authority: 'gateway.example',
    path,
    query: '',
    contentType: 'application/json',
    body,
  };
  return signedMessage(post, key);
}

/** A real approval by `one` of a case that another reviewer has approved as well. */
async function evidence(key: TestKey = ed25519): Promise<Evidence> {
  const message = await signedDecision(approval(asked), key);
  const act = { ...by('one', decidedAt), sealedMessage: storeMessage(message) };
  const first = decide(asked, approval(asked), { ...act, keyId: key.key.thumbprint });
  const second = decide(commitAt(first), approval(asked), { ...act, reviewer: 'two', keyId: 'another' });
  const current = commitAt(second);
  const [decision] = current.decisions;
  assert.ok(decision);
  return {
    current,
    decision,
    message,
    reviewer: { keyId: key.key.thumbprint, holder: 'one', publicKey: key.key.jwk },
  };
}

const proves = ({ current, decision, message, reviewer }: Evidence) =>
  isSignedApproval(current, decision, message, reviewer);

/** An otherwise good approval whose signed message is this one. */
async function withMessage(message: Message): Promise<Evidence> {
  return { ...(await evidence()), message };
}

test('I3: a real signed decision proves its reviewer’s approval, with keys of both kinds', async () => {
  assert.equal(proves(await evidence(ed25519)), true);
  assert.equal(proves(await evidence(p256)), true);
});

test('I3: it proves nothing of a case that has no approved scope yet', async () => {
  assert.equal(proves({ ...(await evidence()), current: asked }), false);
});

test('I3: a decision signed for another case proves nothing of this one', async () => {
  for (const path of [
    '/v1/reviews/another/decisions',
    `/v1/reviews/${asked.id}/decisions/`,
    `/reviews/${asked.id}/decisions`,
    `/v1/requests/${asked.id}/decisions`,
  ]) {
    assert.equal(
      proves(await withMessage(await signedDecision(approval(asked), ed25519, path))),
      false,
      path,
    );
  }
  const good = await evidence();
  assert.equal(proves({ ...good, current: { ...good.current, id: 'another' } }), false);
});

test('I3: a decision over another request digest proves nothing, whichever side was changed', async () => {
  const other = jsonDigest('another request');
  const signed = await signedDecision({ ...approval(asked), requestDigest: other }, ed25519);
  assert.equal(proves(await withMessage(signed)), false);
  const good = await evidence();
  assert.equal(proves({ ...good, current: { ...good.current, requestDigest: other } }), false);
});

test('I3: a decision over another scope proves nothing; the same scope written otherwise does', async () => {
  const { asked: scope } = asked;
  for (const other of [
    { ...scope, subjects: [0] },
    { ...scope, categories: scope.categories.slice(1) },
    { ...scope, period: { ...scope.period, from: '2026-09-01T00:00:00.001Z' } },
  ]) {
    assert.equal(proves(await withMessage(await signedDecision(approval(asked, other), ed25519))), false);
    const good = await evidence();
    assert.equal(proves({ ...good, current: { ...good.current, scope: other } }), false);
  }
  const respelled = { ...scope, subjects: scope.subjects.toReversed() };
  assert.equal(proves(await withMessage(await signedDecision(approval(asked, respelled), ed25519))), true);
});

test('I3: a signed rejection proves no approval, even with the scope in it', async () => {
  for (const decision of [rejection(asked), { ...rejection(asked), scope: asked.asked }]) {
    assert.equal(proves(await withMessage(await signedDecision(decision, ed25519))), false);
  }
});

test('I3: another person’s key proves nothing, under whatever key id it is kept', async () => {
  const good = await evidence();
  const others = await signedDecision(approval(asked), p256);
  assert.equal(proves({ ...good, message: others }), false);
  assert.equal(proves({ ...good, reviewer: { ...good.reviewer, publicKey: p256.key.jwk } }), false);
  const liar = { ...p256, signer: { ...p256.signer, keyId: ed25519.key.thumbprint } };
  assert.equal(proves({ ...good, message: await signedDecision(approval(asked), liar) }), false);
  assert.equal(proves({ ...good, decision: { ...good.decision, keyId: 'other' } }), false);
  assert.equal(proves({ ...good, reviewer: { ...good.reviewer, keyId: 'other' } }), false);
  // Key ids are ours to give: registry and table agree on one that the message does not name.
  const renamed = {
    ...good,
    decision: { ...good.decision, keyId: 'x' },
    reviewer: { ...good.reviewer, keyId: 'x' },
  };
  assert.equal(proves(renamed), false);
});

test('I3: a key that is held by somebody else now than when the decision was stored proves nothing', async () => {
  const good = await evidence();
  assert.equal(proves({ ...good, reviewer: { ...good.reviewer, holder: 'two' } }), false);
  assert.equal(proves({ ...good, decision: { ...good.decision, reviewer: 'two' } }), false);
});

test('I3: a body, a method, a query or a header that is not what was signed proves nothing', async () => {
  const good = await evidence();
  const { message } = good;
  const rewritten = utf8(JSON.stringify({ ...approval(asked), reason: 'other' }));
  const changed: Message[] = [
    { ...message, body: rewritten },
    { ...message, body: new Uint8Array() },
    { ...message, method: 'PUT' },
    { ...message, query: '?x' },
    { ...message, authority: 'elsewhere.example' },
    withField(message, 'signature'),
    withField(message, 'content-type', 'text/plain'),
  ];
  for (const value of changed) assert.equal(proves({ ...good, message: value }), false);
  const put = await signedDecision(approval(asked), ed25519, message.path, 'PUT');
  assert.equal(proves({ ...good, message: put }), false);
});

test('I3: bytes that are signed and are no decision prove nothing', async () => {
  for (const text of [
    '{',
    'null',
    '"approve"',
    JSON.stringify({ ...approval(asked), more: 1 }),
    '\ufeff{}',
  ]) {
    const body = utf8(text);
    const path = `/v1/reviews/${asked.id}/decisions`;
    const post = { method: 'POST', authority: 'a', path, query: '', contentType: 'application/json', body };
    assert.equal(proves(await withMessage(await signedMessage(post, ed25519))), false, text);
  }
});

test('I3, I8: a signature counts for the time at which the decision was taken', async () => {
  const good = await evidence();
  const takenAt = (seconds: number) => ({
    ...good,
    decision: { ...good.decision, at: new Date((now + seconds) * 1000).toISOString() },
  });
  for (const seconds of [-40, -10, 0, 199]) assert.equal(proves(takenAt(seconds)), true, `${seconds}`);
  for (const seconds of [-41, 200, 100_000]) assert.equal(proves(takenAt(seconds)), false, `${seconds}`);
  assert.equal(proves({ ...good, decision: { ...good.decision, at: 'never' } }), false);
});

test('a stored message comes back byte for byte with what the signature is made of, and no other header', async () => {
  const { message } = await evidence();
  const more = [['Cookie', 'secret'] as const, ['X-Forwarded-For', '192.0.2.1'] as const];
  const body = Uint8Array.from({ length: 256 }, (_, i) => i);
  const headers = message.headers.map(([name, value]) => [name.toUpperCase(), value] as const);
  const restored = restoreMessage(storeMessage({ ...message, body, headers: [...headers, ...more] }));
  assert.ok(restored);
  assert.deepEqual(new Uint8Array(restored.body), body);
  assert.deepEqual(restored.headers.map(([name]) => name.toLowerCase()).sort(), [
    'content-digest',
    'content-type',
    'signature',
    'signature-input',
  ]);
  const { method, authority, path, query } = restored;
  assert.deepEqual(
    { method, authority, path, query },
    {
      method: 'POST',
      authority: 'gateway.example',
      path: `/v1/reviews/${asked.id}/decisions`,
      query: '',
    },
  );
  const again = restoreMessage(storeMessage(message));
  assert.ok(again);
  assert.equal(proves(await withMessage(again)), true);
  for (const text of ['', '{}', 'null', '{"method":1}', '\ufffd'])
    assert.equal(restoreMessage(utf8(text)), undefined, text);
});

test('I3: from the end of its time on an emergency is in order only where the log shows that its last obligation was fulfilled', () => {
  const stated = {
    authoriserRole: 'JudgeCourtOrInvestigatingJudge',
    validatedAt: receivedAt,
    digest: 'd',
  } as const;
  const act = { officer: 'officer', key: officerKey, at: receivedAt, policy };
  const steps = (asked: Request) => {
    const request = committed(received(asked), receivedAt);
    const first = committed(decide(request.it, approval(request.it), by('one')), receivedAt);
    const grants = committed(mint(first.it, [grant]), receivedAt);
    const second = committed(decide(grants.it, approval(request.it), by('two')), receivedAt);
    const validation = committed(validate(second.it, stated, act), receivedAt);
    return [request, first, grants, second, validation].map(({ entry }) => entry);
  };
  const all = steps(emergency);
  const due = hoursAfter(receivedAt, 48);
  const before = new Date(Date.parse(due) - 1).toISOString();
  const minted = all.slice(0, 3);
  assert.equal(hasNoOverdueObligation(minted, before, 48), true);
  assert.equal(hasNoOverdueObligation(minted, due, 48), false);
  assert.equal(hasNoOverdueObligation(all.slice(0, 4), due, 48), false, 'one of two');
  assert.equal(hasNoOverdueObligation(all, due, 48), true);
  assert.equal(hasNoOverdueObligation(all.slice(0, 2), before, 48), false, 'nothing minted');
  assert.equal(hasNoOverdueObligation(all.slice(1), before, 48), false, 'nothing received');
  const routine = committed(received(), receivedAt).entry;
  assert.equal(hasNoOverdueObligation([routine, ...minted.slice(1)], due, 48), true);
  // Validated before it was opened, it owed nothing yet.
  const early = committed(validate(received(emergency).next, stated, act), receivedAt).entry;
  assert.equal(hasNoOverdueObligation([...minted.slice(0, 1), early, ...minted.slice(1)], due, 48), false);
});
