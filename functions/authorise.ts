import type { DynamoDBStreamEvent, EventBridgeEvent } from 'aws-lambda';
import { minter } from '#core/access/mint.ts';
import { leftMinter } from '#core/access/mint-left.ts';
import { resolver } from '#core/disclosure/resolving.ts';
import { outbox } from '#core/state/outbox.ts';
import { tick } from './aws/clock.ts';
import { env } from './aws/env.ts';
import { kmsDeskSeal } from './aws/kms/desk-seal.ts';
import { kmsGrants } from './aws/kms/grants.ts';
import { publishedLog } from './aws/log.ts';
import { watch } from './aws/observe.ts';
import { pseudonyms } from './aws/pseudonyms.ts';
import { cases, registry, statePorts, tokens, vault } from './aws/state.ts';

/**
 * Mints the right to open. Runs whenever the log's published head has moved, looks at what is newly in the log, and
 * mints for each approval that completes a case. The clock brings it to the approved cases that have no grants yet.
 *
 * It trusts nobody (I3, I11): it verifies the officer's and every reviewer's signature again over the bytes that arrived,
 * that the reviewers are distinct people over one digest and one scope, under a policy that two reviewers adopted, that
 * each of them was enrolled by right, and that the log in the bucket says the same. It resolves the subjects again.
 */
const { COLLECT_ROLE, DESK_KEY, POLICY } = env('COLLECT_ROLE', 'DESK_KEY', 'POLICY');

const ports = {
  cases,
  registry,
  outbox: outbox(statePorts.store),
  desk: kmsDeskSeal(DESK_KEY),
  readLog: publishedLog,
  vault,
  resolve: resolver({ vault, pseudonyms }),
  grants: kmsGrants(COLLECT_ROLE),
  tokens,
  clock: statePorts.clock,
  watch,
  policy: POLICY,
};
const mintPublished = minter(ports);
const mintLeft = leftMinter(ports);

export function handler(event: DynamoDBStreamEvent | EventBridgeEvent<string, unknown>): Promise<void> {
  if (!('Records' in event)) {
    tick.parse(event);
    return mintLeft();
  }
  const moves = event.Records.map(({ dynamodb }) => ({
    from: BigInt(dynamodb?.OldImage?.published?.N ?? '0'),
    to: BigInt(dynamodb?.NewImage?.published?.N ?? '0'),
  }));
  return mintPublished(moves);
}
