import { sha256 } from '@noble/hashes/sha2.js';
import { toHex, utf8 } from '#core/bytes.ts';
import { canonicalJson } from '#core/canonical.ts';
import type { AskedView, CaseView } from '#core/cases/case.ts';
import type { Policy } from '#core/cases/policy.ts';
import type { Request } from '#core/cases/request.ts';
import { canonicalInstant } from '#core/instant.ts';

/** What an agency's officer has of one case, which messages are made of. */
export interface CaseFacts {
  view: CaseView;
  /** The request as it was sent, where it was sent from here; else what the case has in the clear, without any identifier. */
  asked: { request: Request } | { view: AskedView };
  agency: Party;
  provider: Party;
  /** The order's file. */
  order?: { name: string; type: string; bytes: Uint8Array } | undefined;
  /** What a reviewer wrote, decrypted; and what the desk asked last. */
  explanation?: string | undefined;
  question?: string | undefined;
  policy?: Policy | undefined;
  /** What was collected, file by file. */
  delivered?: Delivered | undefined;
  /** An instant. */
  now: string;
  /** Random UUIDs: one names each message. */
  random: () => string;
}

/** Who sends and who receives. TS 103 120 wants a country of each; `XX`, as in ETSI's own examples, says that it is not known. */
export interface Party {
  id: string;
  name: string;
  country: string;
}

export const unknownCountry = 'XX';

export interface Delivered {
  collectedAt: string;
  /** How it came to the agency, in words. */
  means: string;
  files: readonly DeliveredFile[];
}

export interface DeliveredFile {
  name: string;
  type: string;
  bytes: number;
  /** In hex. */
  sha256: string;
  /** Its contents; not read where all of them together are too large for a message. */
  data?: Uint8Array | undefined;
}

/** Of what was asked, what both sorts of facts say. */
export interface Asked {
  kind: string;
  jurisdiction: string;
  authoriserRole: string;
  categories: readonly string[];
  period: { from: string; to: string };
  /** As many as were asked about, with their names where these are known. */
  subjects: readonly (Request['subjects'][number] | undefined)[];
}

export function askedOf({ asked }: Pick<CaseFacts, 'asked'>): Asked {
  if ('request' in asked) {
    const { instrument, categories, period, subjects } = asked.request;
    const { kind, jurisdiction, authoriserRole } = instrument;
    return { kind, jurisdiction, authoriserRole, categories, period, subjects };
  }
  const { instrument, jurisdiction, authoriserRole, asked: scope } = asked.view;
  const { categories, period } = scope;
  const subjects = scope.subjects.map(() => undefined);
  return { kind: instrument, jurisdiction, authoriserRole, categories, period, subjects };
}

/**
 * A UUID that names the same object in every export (RFC 9562, version 8): its bits are of a SHA-256 over what the object is
 * of.
 */
export function objectId(...of: readonly (string | number)[]): string {
  const hash = sha256(utf8(canonicalJson(['writ', 'etsi', ...of]))).slice(0, 16);
  const hex = toHex(hash);
  const variant = ((Number.parseInt(hex[16] ?? '0', 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join('-');
}

/** An order's requests share its Authorisation. */
export function authorisationId({ view, agency }: Pick<CaseFacts, 'view' | 'agency'>): string {
  return view.order === undefined
    ? objectId('authorisation', view.id)
    : objectId('authorisation', agency.id, view.order);
}

/** A request's tasks, one an identifier: where there is one only, it has the case's own id. */
export function taskIds(facts: Pick<CaseFacts, 'view' | 'asked'>): string[] {
  const { id } = facts.view;
  const { subjects } = askedOf(facts);
  return subjects.length === 1 ? [id] : subjects.map((_, i) => objectId('task', id, i));
}

/** TS 103 280 LDID: the country, the authority and what it calls the disclosure. */
export function ldid({ view, agency, ...rest }: Pick<CaseFacts, 'view' | 'agency' | 'asked'>): string {
  return `${askedOf(rest).jurisdiction}-${agency.id}-${view.reference}`;
}

/** TS 103 280 QualifiedDateTime: whole seconds. */
export const seconds = (instant: string) => `${canonicalInstant(instant).slice(0, 19)}Z`;
/** TS 103 280 QualifiedMicrosecondDateTime. */
export const microseconds = (instant: string) => `${canonicalInstant(instant).slice(0, 23)}000Z`;
/** An instant, where it is not written in whole seconds: digests are over what was written. */
export const exact = (instant: string) => (seconds(instant) === instant ? undefined : instant);
