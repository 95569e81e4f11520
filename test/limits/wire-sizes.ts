import { caseLine, caseView, mostHolders, mostSuperseded } from '#core/cases/case.ts';
import { mostDocumentBytes } from '#core/cases/document.ts';
import { mostDecisionBytes, mostExplanation, mostMessageBytes, mostRequestBytes } from '#core/cases/kept.ts';
import { mostLetters, parties } from '#core/cases/letters.ts';
import { mostMessages } from '#core/cases/messages.ts';
import { notificationView } from '#core/cases/notification-view.ts';
import { policySchema } from '#core/cases/policy.ts';
import { preservationView } from '#core/cases/preservation.ts';
import { mostWithheldLetters } from '#core/cases/withheld.ts';
import { recordSchema } from '#core/categories/categories.ts';
import { packageSchema } from '#core/disclosure/package.ts';
import { namesIn } from '#core/exhaustive.ts';
import { mostCasesLookedAt } from '#core/gateway/people.ts';
import { feedEntries } from '#core/log/feed.ts';
import { kinds } from '#core/log/kinds.ts';
import { mostWitnessCharacters, mostWitnesses } from '#core/log/limits.ts';
import { keyView, personView } from '#core/registry/key-view.ts';
import { mostMembers } from '#core/registry/records.ts';
import { pageItems } from '#core/revocations/feed.ts';
import { mostReportParts, reportPartBytes } from '#core/state/report.ts';
import { pageLines } from '#core/wire/list-page.ts';
import type { Route } from '#core/wire/route.ts';
import { allRoutes } from '#core/wire/routes.ts';
import { maxBodyBytes } from '#functions/middleware/parse.ts';
import type { Line } from './aws-limits.ts';
import { entryBytes } from './items.ts';
import { type Assumed, asJson, asQuotedJson, mostBytes } from './schema-sizes.ts';

/** An answer's status and headers, its signature's among them. */
const frame = 4096;

/** A text of ours on the wire that no schema bounds, since clients take what other versions of Writ say. */
const quoted = (units: number) => 4 * units + 4;
/** One of ours in ASCII without a quote. */
const plain = (units: number) => units + 4;

const links = 10 * plain(240);
const ofCase: Assumed = {
  '/reference': quoted(128),
  '/order': quoted(128),
  '/letters': parties.length * mostLetters * (plain(mostExplanation) + 100),
  '/withheld': 2 * mostWithheldLetters,
  '/explanation': plain(mostExplanation),
  '/links': links,
  '/debts/owed': 60,
  '/information/of': 160,
  '/information/question': plain(mostExplanation),
  '/notification/authority': plain(64),
};
const scope = 700;
const decisions = 6 * (300 + scope);
const superseded = mostSuperseded * 300;
const person = plain(64);
const ofNotification: Assumed = {
  '/agency': person,
  '/instrument': plain(64),
  '/jurisdiction': plain(8),
  '/preservations': 10 * 40,
  '/links': links,
};
/** Beside what the list shows, a reason of each who decided, and the scope of what counts no more. */
const said = (6 + mostSuperseded + 1) * quoted(1000) + mostSuperseded * scope;
const ofLine: Assumed = {
  ...ofCase,
  '/agency': person,
  '/decisions': decisions,
  '/claimedBy': person,
  '/superseded': superseded,
  '/suspension/reviewer': person,
};
/** A question's text and its answer's, with what is beside them. */
const questions = mostMessages.question * (quoted(1000) + quoted(2000) + 800);
const ofReview: Assumed = {
  ...ofLine,
  '/decisions': decisions + said,
  '/suspension/reason': quoted(1000),
  '/notes': mostMessages.note * (quoted(2000) + 300),
  '/questions': questions,
  '/correspondence': parties.length * mostLetters * (quoted(1000) + 200),
};
const ofPreservation: Assumed = { '/reference': quoted(128), '/links': links };
/** As an item keeps it, of 400 KB with its decisions' messages; what is shown of it is less. */
const change = 2 * mostRequestBytes;

/** Who decided a change: of its decisions' parts none is longer than a name. */
const keyDecisions = 9 * 200;
const aKey = mostBytes(keyView, asQuotedJson, { '/decisions': keyDecisions }) + 1;
const anEndingCase =
  mostBytes(personView.shape.ends.shape.cases.element, asQuotedJson, {
    '/reference': quoted(128),
  }) + 1;

/** Keys that may be revoked before the list of them no longer fits. */
export const revokedKeys = 20_000;
/** What an instant has beyond the page's limit: a page never ends within an instant. */
export const atOneInstant = 500;

/** A compact JWE around a compact JWS around JSON: base64url twice, with headers, a key, a signature, a tag. */
function asDisclosure(json: number): number {
  const base64 = (bytes: number) => Math.ceil((4 * bytes) / 3);
  return base64(base64(json) + 600) + 1200;
}

/** A record's parts in JSON: instants, a number, an index of 100 subjects, a port, an address of 16 bytes (RFC 5952). */
const ofRecord = {
  '/at': 26,
  '/validFrom': 26,
  '/validTo': 26,
  '/phone': 18,
  '/subject': 2,
  '/port': 5,
  '/ip': 41,
};

/** A checkpoint with a cosignature of every witness. Each is less than twice as long as the witness's line in the list of them. */
const cosignedNote = 4096 + 2 * mostWitnessCharacters;

function disclosure(records: number): number {
  const whole = mostBytes(packageSchema, asJson, {
    '/case': 40,
    '/reference': 3 * 128 + 2,
    '/requestDigest': 60,
    // As the request has them, which fits into a body; and an index each.
    '/order': maxBodyBytes,
    '/subjects': maxBodyBytes + 100 * 20,
    // Numbers of subjects, categories and counts, of a hundred subjects at most.
    '/completeness': 2 * 300 * 70 + 100 * 4 + mostWithheldLetters + 1000,
    '/policyHash': 60,
    '/collectedAt': 30,
    '/digest': 60,
    '/page': 1002,
    '/records': records * (1 + mostBytes(recordSchema, asJson, ofRecord)),
    '/log/entry': entryBytes('collection.intended'),
    '/log/checkpoint': cosignedNote,
    '/tlogProof': cosignedNote + 2 * entryBytes('collection.intended') + 64 * 46,
    '/certificate/provider': 3 * 200 + 2,
    '/certificate/system': 60,
    '/certificate/process': 800,
    '/certificate/digest': 60,
    '/certificate/producedAt': 30,
  });
  return asDisclosure(whole);
}

/** The most that each route answers, in bytes of what its function hands to API Gateway. */
export const answers: Readonly<Record<keyof typeof allRoutes, number | Assumed>> = {
  submitRequest: ofCase,
  listRequests: { '/requests': pageLines * mostBytes(caseLine, asQuotedJson, ofCase) },
  followRequest: ofCase,
  showAgency: { '/name': quoted(200) },
  showAsked: { '/instrument': plain(64), '/jurisdiction': plain(8), '/preservations': 10 * 40 },
  withdrawRequest: ofCase,
  validateRequest: ofCase,
  giveInformation: ofCase,
  handInOrder: ofCase,
  writeToDesk: ofCase,
  delayNotice: ofCase,
  tellPerson: ofCase,
  preserveData: ofPreservation,
  listPreservations: {
    '/preservations': pageLines * mostBytes(preservationView, asQuotedJson, ofPreservation),
  },
  followPreservation: ofPreservation,
  extendPreservation: ofPreservation,
  listNotifications: {
    '/notifications': pageLines * mostBytes(notificationView, asQuotedJson, ofNotification),
  },
  showNotification: ofNotification,
  answerNotification: ofNotification,
  collect: disclosure(Number(policySchema.shape.limits.shape.records.maxValue) + atOneInstant),
  showRecipient: {},
  listReviews: {
    '/reviews':
      pageLines *
      (mostBytes(caseView.omit({ disclosable: true, letters: true, withheld: true }), asQuotedJson, ofCase) +
        scope +
        decisions +
        superseded +
        800),
    '/reviewer': person,
  },
  showReview: { ...ofReview, '/request': 2 * maxBodyBytes, '/exists': 2 * 100 * 3000 },
  // Whom each subject stands for, twice; scopes; and what the case has beside.
  fetchCaseFile: {
    '/salt': plain(43),
    '/values': 2 * mostHolders * 150 + (8 + mostSuperseded) * scope + 1300 * 100,
  },
  // In base64.
  fetchOrder: Math.ceil((4 * mostDocumentBytes) / 3),
  decideReview: ofCase,
  claimReview: ofLine,
  addNote: ofLine,
  askInformation: ofLine,
  writeToAgency: ofLine,
  suspendReview: ofCase,
  showPerson: { '/keys': mostMembers * aKey, '/ends/cases': mostCasesLookedAt * anEndingCase },
  proposeChange: change,
  // One read of the table gives 1 MB of items.
  listChanges: 2 * 1024 * 1024,
  showChange: change,
  decideChange: change,
  listKeys: { '/keys': pageLines * aKey },
  showKey: { '/decisions': keyDecisions },
  revokeKey: { '/keyid': plain(64) },
  showProvider: {
    '/name': quoted(200),
    '/version': 40,
    '/authority': plain(260),
    '/keys': 5 * 400,
    '/revoked': revokedKeys * 130,
    '/log/origin': plain(300),
    '/log/verifierKey': plain(400),
    '/categories': 100,
    '/deadlines': 60,
    '/policyHash': 60,
  },
  // As a text within JSON, and the log's own line.
  showLogPolicy: 2 * mostWitnessCharacters + 1000,
  showOpenApi: 600_000,
  // In base64: of each witness a line with a name and a post-quantum signature.
  readCheckpoint: 8192 + mostWitnesses * 5000,
  readCosigned: 8192 + mostWitnesses * 5000,
  // 256 entries, in base64.
  readTile: Math.ceil((4 * 256 * (2 + Math.max(...kinds.map(entryBytes)))) / 3),
  // In base64. Of each entry its stream, a sentence with at most one code of an agency, and two addresses; where every
  // character of them were one that is shown by its number.
  readFeed: Math.ceil((4 * feedEntries * (200 * 10 + 2 * 64 * 10 + 1500)) / 3),
  // In base64.
  readNotice: 6000,
  // As a text within JSON: a fifth of it are quotes.
  readReport: 1.4 * mostReportParts * reportPartBytes,
  // In base64url. Of each item what it says, its entry, and a proof of 64 hashes; and one checkpoint.
  readRevocations: Math.ceil((4 * (pageItems * (300 + 600 + 64 * 47) + 8192)) / 3),
};

export function wireSizes(): Line[] {
  return namesIn(answers).flatMap((id) => {
    const route: Route = allRoutes[id];
    const known = answers[id];
    const sizes =
      typeof known === 'number'
        ? [known]
        : route.answers.flatMap(({ schema }) =>
            schema === undefined ? [] : [mostBytes(schema, asQuotedJson, known)],
          );
    const largest = Math.ceil(Math.max(...sizes)) + frame;
    return [
      { what: `answer of ${id}`, largest, limit: 'lambdaPayload' } as const,
      { what: `answer of ${id}`, largest, limit: 'gatewayPayload' } as const,
    ];
  });
}

/** The longest signed body that a schema takes, where it is less than a route takes. */
export function bodySizes(): { id: string; schema: number; taken: number }[] {
  return Object.entries<Route>(allRoutes).flatMap(([id, { body, path }]) => {
    if (body === undefined) return [];
    const isDecision = path.endsWith('/decisions') || path.endsWith('/suspension');
    const isMessage = path.endsWith('/notes') || path.endsWith('/information');
    const kept = isDecision ? mostDecisionBytes : isMessage ? mostMessageBytes : undefined;
    return [
      { id, schema: mostBytes(body, asJson), taken: kept === undefined ? maxBodyBytes : (kept * 3) / 4 },
    ];
  });
}
