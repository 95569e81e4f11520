import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { collect, followRequest, submitRequest } from '#client/agency.ts';
import { decideChange, proposeChange } from '#client/registry.ts';
import { decideReview, showReview } from '#client/reviewer.ts';
import type { Proposal } from '#core/registry/change.ts';
import { invoke } from '#dev/invoke.ts';
import type { World } from '#dev/world.ts';
import {
  ago,
  approve,
  ingest,
  logged,
  login,
  newAccount,
  newAgency,
  newRequest,
  refusalOf,
  theWorld,
  wholeScope,
} from '../harness.ts';

/** What was stored when a request arrived, and what a case leaves once it is forgotten, on the emulator. */
describe('stored data and retention', () => {
  let world: World;
  before(async () => {
    world = await theWorld();
  });

  const reviewer = (i: number) => {
    const value = world.reviewers[i];
    assert.ok(value);
    return value;
  };

  /** Two reviewers sign a change of the registry. */
  async function both(proposal: Proposal): Promise<void> {
    const change = await proposeChange(reviewer(0).session, proposal);
    const { status } = await decideChange(reviewer(1).session, change, 'approve');
    assert.equal(status, 'Applied');
  }

  test('I5 a log-in after the receipt of the request does not leave, though the period reaches beyond and the month’s key is open', async () => {
    const account = newAccount();
    const stored = login(account, 1 / 24);
    await ingest(world, [stored]);
    const agency = await newAgency(world);
    const request = newRequest(account, {
      categories: ['TrafficData'],
      period: { from: ago(10), to: ago(-0.9) },
    });
    assert.equal(
      await refusalOf(submitRequest(agency.session, { ...request, period: { from: ago(10), to: ago(-2) } })),
      'period-in-future',
    );
    const view = await submitRequest(agency.session, request);
    const { cutAt } = await showReview(reviewer(0).session, view.id);
    assert.equal(Date.parse(cutAt ?? ''), Date.parse(view.receivedAt));
    // Its time is after the receipt, to the second; and it lies in a month that the grant opens.
    await ingest(world, [{ ...stored, at: new Date().toISOString() }]);
    await approve(world, view, wholeScope(request));
    const { package: disclosure } = await collect(agency.session, view.id, agency.encryptionKey, {
      patienceMs: 90_000,
    });
    assert.deepEqual(
      disclosure.records.map((record) => 'at' in record && Date.parse(record.at)),
      [Date.parse('at' in stored ? stored.at : '')],
    );
    assert.equal(Date.parse(disclosure.until ?? ''), Date.parse(view.receivedAt));
  });

  test('I7 I10 a case that ended is forgotten when its retention is over, and not while two reviewers hold it', async () => {
    const account = newAccount();
    await ingest(world, [login(account, 1)]);
    const agency = await newAgency(world);
    const view = await submitRequest(agency.session, newRequest(account));
    const { requestDigest } = view;
    await decideReview(reviewer(0).session, view.id, {
      decision: 'reject',
      requestDigest,
      reason: 'not this one',
    });
    const inDays = (days: number) => ago(-days);
    const forget = (days: number) => invoke(world, 'Forget', { time: inDays(days), case: view.id });
    await forget(300);
    assert.equal((await followRequest(agency.session, view.id)).status, 'Rejected');
    await both({ kind: 'hold', case: view.id, until: inDays(800) });
    await forget(700);
    assert.equal((await followRequest(agency.session, view.id)).status, 'Rejected');
    await both({ kind: 'release', case: view.id });
    await forget(700);
    assert.equal(await refusalOf(followRequest(agency.session, view.id)), 'not-found');
    await logged(world, view.id, 'case.forgotten');
    // Its reference stands for nothing any more.
    const again = await submitRequest(agency.session, { ...newRequest(account), reference: view.reference });
    assert.notEqual(again.id, view.id);
  });
});
