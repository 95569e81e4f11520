import { z } from 'zod';

/**
 * The transparency report as JSON: what `GET /v1/transparency` answers and `writ report` makes anew from the log. Every
 * figure follows from the first `log.size` entries and from `deadlineHours`.
 */

/** What is counted of cases, each at the instant of the entry that tells it. */
export const measures = [
  'requests',
  /** Accounts, numbers and names that were asked about: one person may be several. */
  'subjects',
  /** Decided on by as many reviewers as it took. */
  'approved',
  /** Of those, approved as they were asked, and nothing narrower. */
  'approvedAsAsked',
  /** Requests that were granted: the right to open was minted. */
  'granted',
  /** Approved, and nothing was held. */
  'absent',
  'rejected',
  /** Answered, in one of those three ways, after the deadline. */
  'late',
  /** Of which nobody had answered when the time for it was over. Some are answered later, and then `late` too. */
  'deadlinesPassed',
  /** Granted and collected at least once. */
  'collected',
  /** Records handed over. */
  'records',
  'withdrawn',
  /** Ended because a key that they rested on was revoked. */
  'cancelled',
  'suspended',
  /** Of those, by a reviewer. */
  'suspendedByReviewer',
  /** Approved, and more than one case may open: to be asked for anew, in parts. */
  'invalid',
  /** The right to collect ended by itself, or the lifetime of a case that nobody decided. */
  'expired',
  /** Of those, could be collected, and never were. */
  'uncollected',
  /** Emergencies that were opened on one signature. */
  'emergenciesOpened',
  /** Of those, all that they owed was there in time. */
  'emergenciesSettled',
  /** Emergencies that were granted, and that the reviewer who was to sign afterwards rejected. */
  'emergenciesRejected',
  /** Emergencies that were opened, and what they owed was not there in time. */
  'emergenciesOverdue',
  /** Requests of which an enforcing authority was notified; to which it consented; to all or a part of which it objected. */
  'authoritiesNotified',
  'authoritiesConsented',
  'authoritiesObjected',
  /** Times that the people of a case were notified of what was disclosed. */
  'noticesSent',
  /** Times that an agency delayed the notice. */
  'noticesDelayed',
  /** Times that a notice was due and was not sent. */
  'noticesOverdue',
  /** Requests of whose disclosure the authority tells the person. */
  'noticesByAuthority',
  /** Requests for which an order forbade telling the person, until its end. */
  'noticesForbidden',
  /** Times that an authority said that it told the person. */
  'noticesTold',
] as const;
export type Measure = (typeof measures)[number];

/** What the provider itself did, or what befell it. Of no case, and so never banded. */
export const providerMeasures = [
  'preservations',
  'preservationsExtended',
  /** Preservations that became part of a request. */
  'preservationsRequested',
  'keysEnrolled',
  'keysRevoked',
  'accountsErased',
  /** Months of a kind of record whose key was destroyed. */
  'monthsForgotten',
  'sweeps',
  /** Sweeps that found other grants at KMS than the cases have. */
  'sweepsDiffering',
  'reconciliations',
  /** Hours in which CloudTrail and the log did not tell the same decryptions. */
  'reconciliationsDiffering',
  'vaultPoliciesDiffering',
  /** Items of the tables that no function of Writ wrote, each once a day. */
  'recordsUnproven',
  'deployments',
  'policyChanges',
  /** Times that an account was asked for that nobody has reason to ask for. */
  'decoysAsked',
] as const;
export type ProviderMeasure = (typeof providerMeasures)[number];

const count = z.int().nonnegative();

/** From one number to another, both included. */
export const rangeSchema = z.strictObject({ from: count, to: count });

/** A count; a range; null: not given (report-bands.ts). */
const figure = z.union([count, rangeSchema, z.null()]);

const countsSchema = z.record(z.enum(measures), count);
/** Counts of cases as they are. */
export type Counts = z.infer<typeof countsSchema>;

const lineSchema = z.strictObject({ key: z.string(), figures: z.record(z.enum(measures), figure) });
/** A line of a table: a month, a country, an instrument or a priority. */
export type Line = z.infer<typeof lineSchema>;

const table = z.array(lineSchema);
const codes = z.array(z.strictObject({ code: z.string(), count }));

const periodSchema = z.strictObject({
  /** A calendar year in UTC, or the one month that was asked for: `2026`, `2026-10`. */
  period: z.string(),
  total: countsSchema,
  /** Grounds of rejection, before and after an emergency was opened. */
  reasons: z.array(z.strictObject({ code: z.string(), count: figure })),
  /** Of a year. Like the three after it: a line for whatever has a figure other than 0. */
  months: table,
  countries: table,
  instruments: table,
  priorities: table,
  provider: z.record(z.enum(providerMeasures), count),
  /** What was refused to known keys, by code. */
  refused: codes,
  /** What was refused to strangers, by code. */
  strangers: codes,
});
export type Period = z.infer<typeof periodSchema>;

export const reportSchema = z.strictObject({
  v: z.literal(1),
  /** Which log, and as of when: its first `size` entries, whose root is `root` (base64). */
  log: z.strictObject({
    origin: z.string(),
    size: z.string().regex(/^(0|[1-9]\d{0,19})$/),
    root: z.string(),
    /** The signed note (C2SP tlog-checkpoint) that says so. */
    checkpoint: z.string(),
  }),
  /** The first and the last instant that an entry names. */
  from: z.string().optional(),
  until: z.string().optional(),
  /** Hours from receipt to answer, by which `late` and `waiting.overdue` are judged. */
  deadlineHours: z.strictObject({ Routine: z.number().positive(), Emergency: z.number().positive() }),
  /** Of the whole log. */
  total: countsSchema,
  /** Requests without an answer at `until`, and how many of them are past the deadline. */
  waiting: z.strictObject({ requests: count, overdue: count }),
  /**
   * Requests of which the log withheld something at first, where there are any: of them, revealed, and of those more than
   * a day late; not yet revealed at `until`, and of those more than a day past their time.
   */
  withheld: z
    .strictObject({ requests: count, revealed: count, late: count, unrevealed: count, overdue: count })
    .optional(),
  periods: z.array(periodSchema),
  /** Entries of a kind or version that the program that counted does not know. */
  unknownEntries: count,
});
export type Report = z.infer<typeof reportSchema>;

/** Regulation (EU) 2023/1543 Art. 10: ten days, eight hours in an emergency. */
export const regulationHours: Report['deadlineHours'] = { Routine: 240, Emergency: 8 };
