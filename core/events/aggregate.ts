import { createHash } from 'node:crypto';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { EventError } from './identity.ts';

/**
 * What one record of the stream holds: one event, or, where the backend uses the Kinesis Producer Library or another
 * aggregator, many. https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md:
 *
 *   F3 89 9A C2   protobuf   MD5 of the protobuf (16 bytes)
 *
 *   AggregatedRecord { repeated string partition_key_table = 1; repeated string explicit_hash_key_table = 2;
 *                      repeated Record records = 3; }
 *   Record { required uint64 partition_key_index = 1; optional uint64 explicit_hash_key_index = 2;
 *            required bytes data = 3; repeated Tag tags = 4; }
 *
 * No JSON text begins with these four bytes, nor does any UTF-8, so what does is an aggregate, whole or damaged. A
 * damaged one is refused as a whole: half of it would be events lost unseen.
 */
const MAGIC = Uint8Array.of(0xf3, 0x89, 0x9a, 0xc2);
const MD5_BYTES = 16;

/** What Kinesis takes in one record, and the most that the KPL can be told to fill one with. */
const MOST_BYTES = 1024 * 1024;

/** As many of the shortest event there is (58 bytes, and 6 around it) do not fit. */
const MOST_RECORDS = 16_384;

/** An event's bytes, not parsed, and its place in the record, from 0. */
export interface UserRecord {
  json: Uint8Array;
  index: number;
}

/**
 * The user records in one record of the stream: itself, or all those of an aggregate, in their order. Nothing is
 * copied; they are views of `data`.
 *
 * Partition keys are read past: an account has one place in the vault, whatever shard its events came by. What the
 * KPL sends once more, because it landed in a shard that has split, is an event delivered twice.
 *
 * @throws EventError `aggregate-malformed`
 */
export function eventsOf(data: Uint8Array): UserRecord[] {
  if (!MAGIC.every((byte, i) => data[i] === byte)) return [{ json: data, index: 0 }];
  const message = data.subarray(MAGIC.length, -MD5_BYTES);
  const trailer = data.subarray(MAGIC.length + message.length);
  // The format's own check against damage. It proves nothing about who made it; the stream's policy does.
  const md5 = createHash('md5').update(message).digest();
  if (data.length > MOST_BYTES || md5.compare(trailer) !== 0) throw malformed();
  return aggregated(message).map((json, index) => ({ json, index }));
}

function aggregated(message: Uint8Array): Uint8Array[] {
  try {
    return readRecords(message);
  } catch {
    // The reader's own errors can quote what they found.
    throw malformed();
  }
}

/** A record's data, and the keys of the tables that it names by their index. */
interface Entry {
  data: Uint8Array;
  partitionKey: bigint;
  hashKey: bigint | undefined;
}

function readRecords(message: Uint8Array): Uint8Array[] {
  const reader = new BinaryReader(message);
  const entries: Entry[] = [];
  let partitionKeys = 0;
  let hashKeys = 0;
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (type !== WireType.LengthDelimited) throw malformed();
    const value = reader.bytes();
    if (field === 1) partitionKeys++;
    else if (field === 2) hashKeys++;
    else if (field === 3) entries.push(readEntry(value));
    else throw malformed();
    if (entries.length > MOST_RECORDS) throw malformed();
  }
  // The tables may stand after the records that name them.
  const whole = entries.every(
    (entry) => entry.partitionKey < partitionKeys && (entry.hashKey ?? -1n) < hashKeys,
  );
  if (!whole || entries.length === 0) throw malformed();
  return entries.map(({ data }) => data);
}

function readEntry(message: Uint8Array): Entry {
  const reader = new BinaryReader(message);
  let data: Uint8Array | undefined;
  let partitionKey: bigint | undefined;
  let hashKey: bigint | undefined;
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (type === WireType.Varint && field === 1 && partitionKey === undefined) {
      partitionKey = BigInt(reader.uint64());
    } else if (type === WireType.Varint && field === 2 && hashKey === undefined) {
      hashKey = BigInt(reader.uint64());
    } else if (type === WireType.LengthDelimited && field === 3 && data === undefined) {
      data = reader.bytes();
    } else if (type === WireType.LengthDelimited && field === 4) {
      // Tags belong to the format and say nothing here: they are dropped as the keys are.
      reader.bytes();
    } else {
      throw malformed();
    }
  }
  if (data === undefined || partitionKey === undefined) throw malformed();
  return { data, partitionKey, hashKey };
}

function malformed(): EventError {
  return new EventError('aggregate-malformed');
}
