import assert from 'node:assert/strict';
import { randomInt, randomUUID } from 'node:crypto';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { collect, withdrawRequest } from '#client/agency.ts';
import { caseView } from '#core/cases/case.ts';
import { parseAddress } from '#core/vault/address.ts';
import { until } from '#dev/feed.ts';
import type { World } from '#dev/world.ts';
import {
  ago,
  grantsFor,
  ingest,
  logged,
  login,
  newAccount,
  newAddress,
  newAgency,
  newPhone,
  newRequest,
  newReviewer,
  number,
  username,
  wholeScope,
} from '../harness.ts';
import { codeOf, exchange, storedCase } from './tools.ts';

/** What the agency wrote into its reference. It is told its own reference, and reviewers see it. */
export const ownReference = 'number in the reference';

/** One case from the first event to the withdrawal, in values that occur nowhere else, refusals on the way included. */
export async function fullStory(world: World) {
  const account = newAccount();
  const name = `name-${randomUUID()}`;
  const phone = newPhone();
  const ipv4 = `198.51.${randomInt(100, 256)}.${randomInt(100, 256)}`;
  const ipv6 = newAddress();
  const port = randomInt(40_000, 65_536);
  const [offence, reason, refusedAccount] = [
    `offence-${randomUUID()}`,
    `reason-${randomUUID()}`,
    newAccount(),
  ];
  const answers: { what: string; text: string }[] = [];

  await world.aws.kinesis.send(
    new PutRecordsCommand({
      StreamName: world.outputs.EventStreamName,
      Records: [
        { account: refusedAccount, at: ago(3), ip: `${ipv6}%eth0`, port },
        { account: refusedAccount, at: ago(3), ip: ipv4, port, note: offence },
        { account: refusedAccount, at: ago(3), phone: `${phone} (home)` },
      ].map((event) => ({ PartitionKey: 'x', Data: Buffer.from(JSON.stringify(event)) })),
    }),
  );
  await ingest(world, [
    login(account, 5, ipv4, port),
    login(account, 4, ipv6, port),
    number(account, 20, phone),
    username(account, 20, name),
  ]);
  const agency = await newAgency(world);
  const [first, second] = [await newReviewer(world), await newReviewer(world)];
  const base = newRequest(account);
  const numberInReference = newPhone();
  const request = newRequest(account, {
    // People write the number that they ask for into their own reference.
    reference: `GS-4711/26 re ${numberInReference}`,
    subjects: [{ kind: 'phone', value: phone }],
    categories: ['SubscriberData', 'UserIdentifyingData', 'TrafficData'],
    instrument: { ...base.instrument, offence },
  });
  const tell = async (who: typeof agency | typeof first, method: string, path: string, body?: unknown) => {
    const answer = await exchange(who.session, method, path, body);
    answers.push({ what: `${method} ${path}`, text: answer.text });
    return answer;
  };

  // Refused, in each way that a message with values in it can be.
  for (const [body, code] of [
    [{ ...request, [phone]: account }, 'field-unknown'],
    [{ ...request, subjects: [{ kind: 'phone', value: `${phone} (home)` }] }, 'field-invalid'],
    [{ ...request, subjects: [{ kind: 'account', value: refusedAccount }] }, 'subject-unknown'],
    [{ ...request, categories: [offence] }, 'category-unsupported'],
  ] as const) {
    assert.equal(codeOf((await tell(agency, 'POST', '/v1/requests', body)).text), code);
  }
  const view = caseView.parse(JSON.parse((await tell(agency, 'POST', '/v1/requests', request)).text));
  const { id, requestDigest } = view;
  assert.equal(
    (await tell(agency, 'POST', '/v1/requests', { ...request, priority: 'Emergency' })).status,
    409,
  );
  // What is asked is for reviewers to see: this answer alone says it.
  assert.equal((await exchange(first.session, 'GET', `/v1/reviews/${id}`)).status, 200);
  await tell(first, 'GET', '/v1/reviews?status=AwaitingApproval');
  const scope = wholeScope(request);
  const decision = { decision: 'approve', requestDigest, scope, reason };
  // People name whom it is about where they write to each other.
  const written = `note-${randomUUID()}`;
  for (const [who, route, body] of [
    [first, `/v1/reviews/${id}/notes`, { text: `${written}: ${phone}, ${name}` }],
    [
      first,
      `/v1/reviews/${id}/information`,
      { requestDigest, of: ['subject'], text: `${written}: ${phone}?` },
    ],
    [agency, `/v1/requests/${id}/information`, { text: `${written}: ${account}` }],
    [second, `/v1/reviews/${id}/claim`, { claim: 'take' }],
  ] as const)
    assert.equal((await tell(who, 'POST', route, body)).status, 200);
  const path = `/v1/reviews/${id}/decisions`;
  assert.equal((await tell(first, 'POST', path, { ...decision, [offence]: account })).status, 400);
  for (const reviewer of [first, second])
    assert.equal((await tell(reviewer, 'POST', path, decision)).status, 200);
  await logged(world, id, 'grant.minted');
  const disclosure = await collect(agency.session, id, agency.encryptionKey, { patienceMs: 90_000 });
  assert.equal(disclosure.package.records.length, 5);
  const stored = await storedCase(world, id);
  await tell(agency, 'GET', `/v1/requests/${id}`);
  await withdrawRequest(agency.session, id);
  await until('the grants are gone', async () => (await grantsFor(world, account)).length === 0, 90_000);
  await logged(world, id, 'grant.retired');

  const raw = (text: string) => parseAddress(text) ?? new Uint8Array();
  const personal = new Map<string, string | Uint8Array>([
    ['account', account],
    ['account of a refused event', refusedAccount],
    ['username', name],
    ['phone', phone],
    ['phone’s digits', phone.slice(1)],
    ['IPv4 address', ipv4],
    ['IPv4 address in bytes', raw(ipv4)],
    ['IPv6 address', ipv6],
    ['IPv6 address in bytes', raw(ipv6)],
    ['port', `"port":${port}`],
    ['offence', offence],
    ['reason', reason],
    ['what people wrote to each other', written],
    [ownReference, numberInReference],
  ]);
  return {
    world,
    agency,
    reviewers: [first, second],
    request,
    view,
    scope,
    disclosure,
    stored,
    personal,
    answers,
  };
}
