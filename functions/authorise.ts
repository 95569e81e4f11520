import type { DynamoDBStreamEvent } from 'aws-lambda';
import { minter } from '#core/access/mint.ts';
import { KmsRefusal } from '#core/ports.ts';
import { change, getCase } from './aws/cases.ts';
import { NotSealedError, openAtDesk } from './aws/desk.ts';
import { getOutboxItem } from './aws/entries.ts';
import { env } from './aws/env.ts';
import { grants } from './aws/kms/grants.ts';
import { publishedLog } from './aws/log.ts';
import { watch } from './aws/observe.ts';
import { getChange, getDesk, getKey } from './aws/registry.ts';
import { epochKeysIn } from './aws/vault.ts';

/**
 * Mints the right to open. Runs whenever the log's published head has moved, looks at what is newly in the log, and
 * mints for each approval that completes a case.
 *
 * It trusts nobody (I3): it verifies every reviewer's signature again over the bytes that arrived, that they are
 * distinct people over one digest and one scope, under a policy that two reviewers adopted, and that the log in the
 * bucket says the same.
 */
const { POLICY } = env('POLICY');

const mintPublished = minter({
  readLog: publishedLog,
  cases: { get: getCase, change },
  evidence: { getKey, getChange, getDesk, getOutboxItem, openDesk },
  epochKeysIn,
  grants,
  watch,
  policy: POLICY,
});

async function openDesk(...[sealed, context]: Parameters<typeof openAtDesk>): Promise<Uint8Array> {
  try {
    return await openAtDesk(sealed, context);
  } catch (error) {
    throw error instanceof NotSealedError ? new KmsRefusal('not-sealed', { cause: error }) : error;
  }
}

export function handler(event: DynamoDBStreamEvent): Promise<void> {
  const moves = event.Records.map(({ dynamodb }) => ({
    from: BigInt(dynamodb?.OldImage?.published?.N ?? '0'),
    to: BigInt(dynamodb?.NewImage?.published?.N ?? '0'),
  }));
  return mintPublished(moves);
}
