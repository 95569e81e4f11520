import { z } from 'zod';
import { asciiUpTo, bytesUpTo, storedCode, storedId, storedInstant } from '#core/bounds.ts';
import { asideSchema, caseSchema } from '#core/cases/case.ts';
import { storedPreservation } from '#core/cases/preservation.ts';
import { entryKinds, kinds } from '#core/log/kinds.ts';
import { problems } from '#core/problem.ts';
import { changeSchema } from '#core/registry/change.ts';
import { agencyRecord, deskRecord, emergenciesRecord, keyRecord } from '#core/registry/records.ts';
import { countsItem } from '#core/state/calls.ts';
import { storedDeployment } from '#core/state/deployment.ts';
import { documentLeft, documentPart } from '#core/state/documents.ts';
import { tokensItem } from '#core/state/grant-tokens.ts';
import { heardKey, storedPlace } from '#core/state/heard.ts';
import { caughtItem } from '#core/state/honeytokens.ts';
import { keepingsForm } from '#core/state/keepings.ts';
import { lettersItem } from '#core/state/letters.ts';
import { headSchema } from '#core/state/log-head.ts';
import { partBytes } from '#core/state/log-stage.ts';
import { messageItem } from '#core/state/messages.ts';
import { noticeItem } from '#core/state/notice-files.ts';
import { notificationItem } from '#core/state/notifications.ts';
import { outboxItem } from '#core/state/outbox.ts';
import { reportItem, reportPartItem } from '#core/state/report.ts';
import { storedRevocation } from '#core/state/revocations.ts';
import {
  epochKeyItem,
  headForm,
  heldItem,
  keptItem,
  keptLookupItem,
  lookupHeadForm,
  lookupItem,
  nameItem,
  recordItem,
} from '#core/state/vault-items.ts';
import { storedKey, sweepItem } from '#core/state/vault-keys.ts';
import { isProven, type TableName, tableNames } from '#core/store/tables.ts';
import { mostRetentionMonths } from '#core/vault/retention.ts';
import { type Assumed, asItem, asJson, mostBytes } from './schema-sizes.ts';

/** What an item is made of: schemas whose attributes it has, and what is assumed of parts that have no bound. */
interface ItemSort {
  of: readonly z.ZodType[];
  assumed?: Assumed;
  /** Why nothing bounds it, and what is taken for the bound. */
  because?: string;
}

const text = asciiUpTo;
const key = z.object({ pk: text(200) });
const keyOfTwo = z.object({ pk: text(64), sk: text(96) });
const ttl = z.object({ ttl: z.number() });
const proof = z.object({ by: text(12), mac: bytesUpTo(32) });
const listed = z.object({ listed: storedCode, since: storedInstant });
const awake = z.object({ awake: text(3), ended: text(12), forgetAt: storedInstant, ttl: z.number() });

/** A slot of a tally as text, `["2026-11-02",100,120],`, of which no place is gone. */
const slotBytes = 25;
/** Months that a subject has epoch keys of, each kind: as long as they may be kept, and 13 months more for what has ended. */
const months = mostRetentionMonths + 13;
/** Days on which a person's number or name was set: once a week for all that time. */
const nameDays = Math.ceil((months * 365) / 12 / 7);

const subjectHead = {
  keys: 2 * months * 72,
  kept: (2 * months + 2) * 150,
  names: 2 * nameDays * slotBytes,
};

/**
 * Every sort of item, by the name that test/mutations/list.ts gives it. A table without its line does not compile; a sort
 * that is in that list and not here fails the test.
 */
export const itemSorts: Readonly<Record<TableName, Readonly<Record<string, ItemSort>>>> = {
  registry: {
    'key#<digest>': { of: [key, keyRecord, listed] },
    'agency#<agency>': { of: [key, agencyRecord] },
    desk: { of: [key, deskRecord] },
    'holder#<person>': { of: [key, z.object({ side: text(80) })] },
    'change#<id>': { of: [key, changeSchema, listed] },
    'emergencies#<agency>': { of: [key, emergenciesRecord] },
    deployment: { of: [key, storedDeployment] },
    'feed#<provider>': { of: [z.object({ pk: text(260) }), storedPlace] },
    'heard#<digest>': { of: [key, heardKey] },
  },
  calls: {
    'nonce#<digest>#<nonce>': { of: [key, ttl] },
    'rate#<agency>#day#<time>': { of: [key, ttl, z.object({ n: z.int() })] },
    'rate#<agency>#day#<time>#<person>': { of: [key, ttl, z.object({ n: z.int() })] },
    'rate#<person>#proposals#<time>': { of: [key, ttl, z.object({ n: z.int() })] },
    'refusals#<digest>': { of: [key, ttl, z.object({ n: z.int() })] },
    'refused#<time>#<role>#<agency>': {
      of: [countsItem, z.object(Object.fromEntries(Object.keys(problems).map((code) => [code, z.int()])))],
    },
    'decoy#<id>': { of: [caughtItem] },
  },
  cases: {
    'case#<id>': { of: [key, caseSchema, awake] },
    'reference#<agency>#<digest>': { of: [key, z.object({ case: storedId })] },
    'aside#<id>#<n>': { of: [key, asideSchema] },
    'tokens#<id>#<n>': { of: [tokensItem] },
    'note#<id>#<n>': { of: [messageItem] },
    'question#<id>#<n>': { of: [messageItem] },
    'answer#<id>#<n>': { of: [messageItem] },
    'document#<id>#<n>': { of: [documentPart] },
    'document-left#<id>': { of: [documentLeft] },
    'notification#<id>': { of: [notificationItem] },
    'letters#<id>': { of: [lettersItem] },
    'preservation#<id>': { of: [key, storedPreservation, awake] },
    'keeping#<subject>': {
      of: [key, ttl, z.object({ says: bytesUpTo(mostBytes(keepingsForm, asJson)) })],
      because: 'two hundred requests and orders that name one person are told apart',
    },
    'preservation-reference#<agency>#<digest>': { of: [key, z.object({ preservation: storedId })] },
  },
  entries: Object.fromEntries(
    kinds.map((kind) => [
      `entry ${kind}`,
      {
        of: [
          outboxItem.omit({ entry: true }),
          z.object({ kind: storedCode, entry: bytesUpTo(entryBytes(kind)) }),
        ],
      },
    ]),
  ),
  log: {
    'head -': { of: [keyOfTwo, headSchema] },
    'stage <n>#<id>#<n>': {
      // A part ends with the entry that would make it longer.
      of: [keyOfTwo, z.object({ width: z.int(), entries: bytesUpTo(partBytes) })],
    },
  },
  vault: {
    '<subject> head': {
      of: [
        keyOfTwo,
        ttl,
        z.object({
          says: bytesUpTo(
            mostBytes(headForm, asJson, {
              '/keys': subjectHead.keys,
              '/kept': subjectHead.kept,
              '/names': subjectHead.names,
              '/erasing/erased': 2 * months * 40,
              '/erasing/preserved': 2 * months * 80,
            }),
          ),
        }),
      ],
      because:
        'a subject has a key a kind and month, all preserved and all being erased, and sets a name each week, for as long as anything is kept',
    },
    ...Object.fromEntries(
      ['access', 'phone'].map((kind) => [
        `<subject> key#${kind}#<time>`,
        { of: [epochKeyItem], assumed: { '/tally': 31 * slotBytes } },
      ]),
    ),
    '<subject> kept#<kind>#<time>#<key>': {
      of: [keptItem],
      assumed: { '/tally': 31 * (slotBytes + 1000 * 5) },
      because: 'of each day of the month a thousand items came after what is kept',
    },
    '<subject> held#<kind>': {
      of: [heldItem, ttl],
      assumed: { '/tally': nameDays * slotBytes },
      because: 'a name was set each week, for as long as anything is kept',
    },
    '<subject> phone#<time>': { of: [nameItem] },
    ...Object.fromEntries(
      ['access', 'phone'].map((kind) => [`<subject> rec#${kind}#<time>#<place>`, { of: [recordItem] }]),
    ),
    'lookup#<digest> #head': {
      of: [
        keyOfTwo,
        ttl,
        z.object({
          says: bytesUpTo(
            mostBytes(lookupHeadForm, asJson, { '/tally': months * slotBytes, '/kept': 1000 * 70 }),
          ),
        }),
      ],
      because: 'preservations keep a thousand people who had one number',
    },
    'lookup#<digest> <subject>#<time>': { of: [lookupItem] },
    'lookup#<digest> <subject>#kept': { of: [keptLookupItem, ttl] },
  },
  vaultKeys: {
    'access#<time> #': { of: [storedKey] },
    'phone#<time> #': { of: [storedKey] },
    'preserved#<time> #': { of: [storedKey] },
    'sweep #': { of: [z.object({ pk: text(32), sk: z.int() }), sweepItem] },
  },
  notices: { '<tag>': { of: [noticeItem] } },
  revocations: { feed: { of: [z.object({ pk: text(4) }), storedRevocation] } },
  report: {
    transparency: { of: [key, reportItem] },
    'transparency#<n>': { of: [key, reportPartItem] },
  },
};

/** The longest entry of a kind, as the log has it: the JSON of its envelope and of what it says. */
export function entryBytes(kind: (typeof kinds)[number]): number {
  const data = z.object(entryKinds[kind].data);
  const envelope = z.object({
    v: z.int(),
    kind: storedCode,
    at: text(40),
    stream: text(200),
    n: z.int(),
    previous: text(64),
    data: bytesUpTo(0),
  });
  const counts = { '/counts': Object.keys(problems).length * 90 };
  const instants = {
    '/activeFrom': 26,
    '/expiresAt': 26,
    '/endsAt': 26,
    '/latestEnd': 26,
    '/until': 26,
    '/hour': 26,
    '/policyHash': 66,
  };
  return mostBytes(envelope, asJson) + mostBytes(data, asJson, { ...counts, ...instants });
}

export interface ItemSize {
  table: TableName;
  sort: string;
  bytes: number;
  because?: string;
}

/** Every sort of item, at its largest. */
export function itemSizes(): ItemSize[] {
  return tableNames.flatMap((table) =>
    Object.entries(itemSorts[table]).map(([sort, { of, assumed, because }]) => {
      const parts = isProven(table) ? [...of, proof] : of;
      // The map around an item's attributes counts for nothing.
      const bytes = parts.reduce(
        (sum, part) => sum + mostBytes(part, asItem, assumed) - asItem.map.around,
        0,
      );
      return { table, sort, bytes, ...(because === undefined ? {} : { because }) };
    }),
  );
}
