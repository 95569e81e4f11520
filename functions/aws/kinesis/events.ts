import { GetRecordsCommand, GetShardIteratorCommand, KinesisClient } from '@aws-sdk/client-kinesis';
import type { StreamRecord } from '#core/keeping/incoming.ts';
import { kms } from '../clients.ts';

/** Where records lie in the stream of events, as Lambda tells a dead-letter queue, and `seal` its log. */
export interface Positions {
  shardId: string;
  startSequenceNumber: string;
  endSequenceNumber: string;
}

/** Over HTTP/1.1, as the other clients: emulators take the host of an HTTP/2 request for another than the one that was signed. */
const client = new KinesisClient({ requestHandler: kms.config.requestHandler });
/** As many as a batch of the stream's. */
const atOnce = 500;

/** Reads records of the stream again, in their order, those that it still has. */
export async function* recordsAgain(
  StreamARN: string,
  { shardId, startSequenceNumber, endSequenceNumber }: Positions,
): AsyncGenerator<StreamRecord[]> {
  const last = BigInt(endSequenceNumber);
  const begun = await client.send(
    new GetShardIteratorCommand({
      StreamARN,
      ShardId: shardId,
      ShardIteratorType: 'AT_SEQUENCE_NUMBER',
      StartingSequenceNumber: startSequenceNumber,
    }),
  );
  for (let next = begun.ShardIterator; next !== undefined; ) {
    const {
      Records = [],
      NextShardIterator,
      MillisBehindLatest = 0,
    } = await client.send(new GetRecordsCommand({ StreamARN, ShardIterator: next, Limit: atOnce }));
    const wanted = Records.flatMap(({ SequenceNumber: sequence, Data: data }) =>
      sequence !== undefined && data !== undefined && BigInt(sequence) <= last
        ? [{ shard: shardId, sequence, data }]
        : [],
    );
    if (wanted.length > 0) yield wanted;
    // A stream may answer with no records and not be at its end.
    const isOver = wanted.length < Records.length || (Records.length === 0 && MillisBehindLatest === 0);
    if (isOver || wanted.at(-1)?.sequence === endSequenceNumber) return;
    next = NextShardIterator;
  }
}
