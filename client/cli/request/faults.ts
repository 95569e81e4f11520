import type { z } from 'zod';
import { printable } from '#client/printable.ts';

/** What is wrong with a request, field by field, in one line: names of fields and options, and no values. */

/** The option for a field, where there is one. */
const options: Record<string, string> = {
  reference: '--reference',
  'instrument.kind': '--instrument',
  'instrument.jurisdiction': '--jurisdiction',
  'instrument.authoriserRole': '--authoriser',
  'instrument.role': '--office',
  'instrument.issuedAt': '--issued',
  'instrument.offence': '--offence',
  'instrument.threshold': '--threshold-met',
  'instrument.digest': '--order',
  priority: '--priority',
  threat: '--threat',
  subjects: '--account, --phone or --username',
  categories: '--category',
  'period.from': '--from',
  'period.to': '--to',
  period: '--from and --to',
  'notice.delayUntil': '--delay-until',
  'notice.reason': '--delay-reason',
  'notice.digest': '--notice-order',
  notification: '--notified',
  'notification.authority': '--notified',
  'notification.exempt': '--resident',
  amends: '--amends',
  preservations: '--preservation',
  authoriserRole: '--authoriser',
  role: '--office',
  validatedAt: '--validated',
  digest: '--order',
  delayUntil: '--until',
  toldAt: '--at',
  reason: '--reason',
};

const MOST = 6;

/** @param input what was parsed, to tell what is missing from what is wrong */
export function faultLine(error: z.ZodError, input: unknown): string {
  const texts = error.issues.map((issue) => {
    const path = issue.path.map(String);
    const named = options[path.join('.')];
    const name = named === undefined ? printable(path.join('.')) : `${path.join('.')} (${named})`;
    const text = valueAt(input, path) === undefined ? 'is missing' : issueText(issue);
    return `${name === '' ? 'it' : name} ${text}`;
  });
  const more = texts.length > MOST ? [`and ${texts.length - MOST} more`] : [];
  return [...texts.slice(0, MOST), ...more].join('; ');
}

function valueAt(input: unknown, path: readonly string[]): unknown {
  let at: unknown = input;
  for (const name of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = Object.entries(at).find(([key]) => key === name)?.[1];
  }
  return at;
}

const customTexts: Record<string, string> = {
  'instant-invalid': 'is no instant in UTC (2026-11-20T09:00:00Z)',
  'instant-early': 'lies before 1970: write the year with its four digits',
  duplicate: 'names something twice',
  'period-empty': 'ends before it begins',
  'text-invalid':
    'has characters that cannot be seen, or are not written as one (control or format characters, not NFC)',
  'spaces-invalid': 'has other spaces than single ones between words',
  'offence-invalid': 'has letters of more than one alphabet, or signs that no law is cited with',
};

/** What is wrong with one value. */
export function issueText(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'custom':
      return customTexts[issue.message] ?? 'is no telephone number in international form (+491512345678)';
    case 'unrecognized_keys':
      return `has fields that a request does not have: ${issue.keys.map(printable).join(', ')}`;
    case 'invalid_value':
      return `is one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_union':
      return 'is account, phone or username, and a value';
    case 'invalid_type':
      return `has to be ${issue.expected === 'object' ? 'an object' : issue.expected === 'array' ? 'a list' : `a ${issue.expected}`}`;
    case 'too_small':
      return issue.origin === 'string' ? 'is empty' : `has to be ${issue.minimum} or more`;
    case 'too_big':
      return `is longer than ${issue.maximum}`;
    default:
      return 'is not of the form that it should have';
  }
}
