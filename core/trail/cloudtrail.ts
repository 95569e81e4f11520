import { z } from 'zod';
import { concat } from '#core/bytes.ts';
import { canonicalInstant, instant } from '#core/instant.ts';

/**
 * CloudTrail's files, read for the two KMS operations that open what a key wraps: `Decrypt`, and `ReEncrypt`, which
 * hands it to another key. Lenient about what is not used, strict about what is; a record that should tell such a call
 * and cannot be read is told as that, since leaving it out would be a way to hide one.
 */

/** A KMS call that opens something, as CloudTrail recorded it. */
export interface KmsCall {
  /** CloudTrail's id of the event: what is delivered twice is one event. */
  id?: string | undefined;
  /** When KMS had done it; CloudTrail has it to the second. A canonical instant. */
  time: string;
  operation: (typeof operations)[number];
  /** The role behind the caller's session, else the caller. CloudTrail may know neither. */
  by?: string | undefined;
  /** ARNs: the key, or for `ReEncrypt` the source and the destination. A call that failed may have none. */
  keys: string[];
  context?: Record<string, string> | undefined;
  failed: boolean;
}

/** A record, line or file that cannot be read, and when it is from, if it says so. */
export interface Malformed {
  time?: string | undefined;
}

export interface TrailFile {
  calls: KmsCall[];
  malformed: Malformed[];
}

const operations = ['Decrypt', 'ReEncrypt'] as const;

/** A file of a few KB must not unpack to all the memory there is. CloudTrail's own are far smaller. */
const MAX_BYTES = 128 * 1024 * 1024;

/**
 * Reads a file as CloudTrail delivers it (`{"Records": […]}`), or an export with a record a line; plain or compressed
 * by gzip. Digest files, which list files and tell no calls, give nothing.
 *
 * @param maxBytes what it may unpack to
 */
export async function readTrailFile(bytes: Uint8Array, maxBytes = MAX_BYTES): Promise<TrailFile> {
  const text = await textOf(bytes, maxBytes);
  const records = text === undefined ? undefined : recordsOf(text);
  if (records === undefined) return { calls: [], malformed: [{}] };
  const file: TrailFile = { calls: [], malformed: [] };
  for (const record of records) {
    const call = readRecord(record);
    if (call === 'malformed') file.malformed.push({ time: timeOf(record) });
    else if (call !== undefined) file.calls.push(call);
  }
  return file;
}

async function textOf(bytes: Uint8Array, maxBytes: number): Promise<string | undefined> {
  try {
    const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? await gunzip(bytes, maxBytes) : bytes;
    return new TextDecoder('utf-8', { fatal: true }).decode(plain);
  } catch {
    return undefined;
  }
}

async function gunzip(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of new Blob([bytes.slice()]).stream().pipeThrough(new DecompressionStream('gzip'))) {
    length += part.length;
    if (length > maxBytes) throw new RangeError('too long a file');
    parts.push(part);
  }
  return concat(...parts);
}

const delivered = z.object({ Records: z.array(z.unknown()) });
const digest = z.object({ digestEndTime: z.string(), logFiles: z.array(z.unknown()) });
const unreadable = Symbol('unreadable');

/** A file's records; undefined for what is neither a file of CloudTrail's nor lines of JSON. */
function recordsOf(text: string): unknown[] | undefined {
  const whole = parsed(text);
  const file = delivered.safeParse(whole);
  if (file.success) return file.data.Records;
  if (digest.safeParse(whole).success) return [];
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const records = lines.map(parsed);
  return records.every((record) => record === unreadable) && lines.length > 0 ? undefined : records;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return unreadable;
  }
}

/** What says of a record whether it is about a call that opens something. */
const kindOf = z.object({
  eventSource: z.string().optional(),
  eventName: z.string().optional(),
  eventType: z.string().optional(),
});

/** Others can be added to these at any time; a new major version says that they have changed. */
const opening = z.object({
  eventVersion: z
    .string()
    .regex(/^1\.\d+$/)
    .optional(),
  eventID: z.string().optional(),
  eventTime: instant,
  eventName: z.enum(operations),
  userIdentity: z.object({
    arn: z.string().optional(),
    sessionContext: z
      .object({ sessionIssuer: z.object({ arn: z.string().optional() }).optional() })
      .optional(),
  }),
  requestParameters: z.object({ encryptionContext: z.record(z.string(), z.string()).nullish() }).nullish(),
  resources: z.array(z.object({ ARN: z.string().optional() })).nullish(),
  errorCode: z.string().nullish(),
});

/** @returns undefined for what is about something else */
function readRecord(record: unknown): KmsCall | 'malformed' | undefined {
  const kind = kindOf.safeParse(record);
  if (!kind.success) return 'malformed';
  const { eventSource, eventName, eventType } = kind.data;
  // Insights are about how often something is called, and name no source of their own.
  if (eventType === 'AwsCloudTrailInsight') return undefined;
  if (eventSource === undefined || eventName === undefined) return 'malformed';
  if (eventSource !== 'kms.amazonaws.com' || !operations.some((name) => name === eventName)) return undefined;
  const read = opening.safeParse(record);
  if (!read.success) return 'malformed';
  const code = read.data;
  const keys = (code.resources ?? []).flatMap(({ ARN }) => ARN ?? []);
  const failed = (code.errorCode ?? '') !== '';
  // Every comparison needs the key. A call that failed has opened nothing, under any key.
  if (keys.length === 0 && !failed) return 'malformed';
  return {
    id: code.eventID,
    time: canonicalInstant(code.eventTime),
    operation: code.eventName,
    by: code.userIdentity.sessionContext?.sessionIssuer?.arn ?? code.userIdentity.arn,
    keys,
    context: code.requestParameters?.encryptionContext ?? undefined,
    failed,
  };
}

function timeOf(record: unknown): string | undefined {
  const at = z.object({ eventTime: instant }).safeParse(record);
  return at.success ? canonicalInstant(at.data.eventTime) : undefined;
}
