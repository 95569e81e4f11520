import { z } from 'zod';
import { CaseSoFar } from './case-state.ts';
import { PreservationSoFar, storedPreservation } from './preservation-rules.ts';
import { changeOf, storedChange } from './registry-state.ts';
import { differing, type KeyNamed, parseStored, storedCount, storedText, storedTime } from './stored.ts';
import type { StreamSoFar } from './streams.ts';

/**
 * Where streams are kept while a log is followed. There are millions: `verifyLog` keeps all in memory, and whoever follows a
 * log over months keeps in memory those that the entries of one batch belong to.
 */
export interface StreamStore {
  get(name: string): StreamSoFar | undefined;
  /** A stream that begins. What is got is changed in place. */
  add(stream: StreamSoFar): void;
}

export function streamsInMemory(): StreamStore {
  const known = new Map<string, StreamSoFar>();
  return { get: (name) => known.get(name), add: (stream) => known.set(stream.name, stream) };
}

/** Texts by a stream's name, wherever they lie. */
export interface StreamTexts {
  get(name: string): string | undefined;
  set(name: string, text: string): void;
}

/** Streams that lie elsewhere as texts. Those that were asked for stay in memory until `flush` writes them back. */
export class StoredStreams implements StreamStore {
  private readonly texts: StreamTexts;
  private readonly keyNamed: KeyNamed;
  private readonly held = new Map<string, StreamSoFar>();

  /** @param keyNamed what the cases that are read know their signers by */
  constructor(texts: StreamTexts, keyNamed: KeyNamed) {
    this.texts = texts;
    this.keyNamed = keyNamed;
  }

  /** @throws LogError state-malformed */
  get(name: string): StreamSoFar | undefined {
    const held = this.held.get(name);
    if (held !== undefined) return held;
    const text = this.texts.get(name);
    if (text === undefined) return undefined;
    const stream = readStream(name, text, this.keyNamed);
    this.held.set(name, stream);
    return stream;
  }

  add(stream: StreamSoFar): void {
    this.held.set(stream.name, stream);
  }

  flush(): void {
    for (const stream of this.held.values()) this.texts.set(stream.name, streamText(stream));
    this.held.clear();
  }
}

const page = z.strictObject({ collection: z.number(), page: z.number() });

/** The members that a new case does not have so. */
const storedCase = z
  .strictObject({
    phase: z.enum(['waiting', 'approved', 'open', 'retired', 'suspended', 'closed', 'forgotten']),
    request: z.string(),
    isEmergency: z.boolean(),
    asker: z.string(),
    approvals: z.array(z.strictObject({ person: z.string(), key: z.string() })),
    scope: z.string(),
    policyHash: z.string(),
    obligationsDueAt: storedTime,
    isSigned: z.boolean(),
    isValidated: z.boolean(),
    authority: z.string(),
    authorityUntil: storedTime,
    waits: z.boolean(),
    isAnswered: z.boolean(),
    consent: z.string(),
    isAsked: z.boolean(),
    dueAt: storedTime,
    hasOrder: z.boolean(),
    deadline: z.number(),
    granted: z.string(),
    expiresAt: storedTime,
    collections: z.number(),
    unfinished: page,
    pending: page,
    answers: z.number(),
    notified: z.number(),
    delayUntil: storedTime,
    isAuthoritys: z.boolean(),
    isTold: z.boolean(),
    heldUntil: storedTime,
  })
  .partial() satisfies z.ZodType<{ [K in Exclude<keyof CaseSoFar, 'isEnded'>]?: unknown }>;

const storedStream = z.strictObject({
  n: storedCount,
  hash: z.string(),
  index: storedCount,
  at: z.number(),
  case: storedCase.optional(),
  preservation: storedPreservation.optional(),
  change: z.union([storedChange, z.literal('over')]).optional(),
  gaps: z
    .array(z.strictObject({ places: z.array(z.int()), finding: storedCount, message: z.string() }))
    .optional(),
});

const [newCase, newPreservation] = [new CaseSoFar(), new PreservationSoFar()];

function streamText({ name: _, case: its, preservation, change, gaps, ...place }: StreamSoFar): string {
  return storedText({
    ...place,
    case: its && differing(its, newCase),
    preservation: preservation && differing(preservation, newPreservation),
    change,
    gaps: gaps?.map((gap) => ({ ...gap, places: [...gap.places] })),
  });
}

function readStream(name: string, text: string, keyNamed: KeyNamed): StreamSoFar {
  const { case: its, preservation, change, gaps, ...place } = parseStored(storedStream, text);
  return {
    name,
    ...place,
    case: its && readCase(its, keyNamed),
    preservation: preservation && Object.assign(new PreservationSoFar(), preservation),
    change: typeof change === 'object' ? changeOf(change, keyNamed) : change,
    gaps: gaps?.map((gap) => ({ ...gap, places: new Set(gap.places) })),
  };
}

function readCase(stored: z.output<typeof storedCase>, keyNamed: KeyNamed): CaseSoFar {
  const { asker, consent, approvals = [] } = stored;
  return Object.assign(new CaseSoFar(), stored, {
    asker: asker === undefined ? undefined : keyNamed(asker),
    consent: consent === undefined ? undefined : keyNamed(consent),
    approvals: approvals.map(({ person, key }) => ({ person, key: keyNamed(key) })),
  });
}
