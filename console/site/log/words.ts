import type { Kind, StreamName } from '#core/log/kinds.ts';
import { words } from '../../words/lang.ts';

/** What the log's screens say. */
export interface LogWords {
  title: string;
  lead: string;
  find: string;
  kind: string;
  everyKind: string;
  day: string;
  stream: string;
  streamHint: string;
  show: string;
  notFound: string;
  older: string;
  goOn: string;
  looked: (from: string, of: string) => string;
  nothing: string;
  nothingOfDay: string;
  nothingYet: string;
  end: string;
  newer: string;
  refresh: string;
  unknown: string;
  explained: string;
  explainedSays: string;
  dayTitle: (day: string) => string;
  dayLead: string;
  dayBefore: string;
  dayAfter: string;
  life: {
    title: (stream: string) => string;
    caseTitle: string;
    lead: string;
    whole: string;
    part: string;
    broken: string;
  };
  entry: {
    title: (index: string) => string;
    proven: string;
    provenSays: (size: string) => string;
    facts: Record<'index' | 'at' | 'kind' | 'stream' | 'place' | 'previous' | 'file', string>;
    place: (n: string) => string;
    says: string;
    saysNote: string;
    proof: string;
    proofSays: string;
    leaf: string;
    left: string;
    right: string;
    root: string;
    signedRoot: string;
    signed: string;
    before: string;
    after: string;
    beyond: (size: string) => string;
    permalink: string;
  };
  names: Record<Kind, string>;
  sorts: Record<StreamName, { title: string; says: string }>;
}

export const logWords = words<LogWords>({
  title: 'The log',
  lead: 'Every request, decision and handover is an entry here, written before or as it happened, and never changed. It names no person. Your browser proves each entry that it shows.',
  find: 'Find entries',
  kind: 'Kind',
  everyKind: 'Every kind',
  day: 'Day (UTC)',
  stream: 'Case, stream or number of an entry',
  streamHint: 'A case’s id, as an entry or a letter has it, or a stream such as agency/de-lka',
  show: 'Show',
  notFound: 'This is no id of a case, no name of a stream and no number.',
  older: 'Older entries',
  goOn: 'Look further back',
  looked: (from, of) => `Looked at the entries from ${from} on, of ${of}.`,
  nothing: 'None so far.',
  nothingOfDay: 'The log has no such entry of this day.',
  nothingYet: 'The log has no such entry.',
  end: 'This is the beginning.',
  newer: 'Ask for newer entries',
  refresh: 'There is nothing newer.',
  unknown: 'An entry of a kind that this page does not know.',
  explained: 'Which kinds there are',
  explainedSays:
    'Entries belong to streams, such as one for each case. Within a stream each entry names the one before, so none can be left out unseen.',
  dayTitle: (day) => `The log of ${day}`,
  dayLead:
    'By the time in UTC at which each was committed. What came into the log more than an hour late is only in the list of all entries.',
  dayBefore: 'The day before',
  dayAfter: 'The day after',
  life: {
    title: (stream) => `Stream ${stream}`,
    caseTitle: 'The life of a case',
    lead: 'All that the log says of it, the oldest first.',
    whole: 'This is all of it: from the first entry to the newest, each names the one before.',
    part: 'This is not all of it yet: older entries are to be looked for.',
    broken:
      'Entries are missing in between. No log that is in order has such a stream: tell somebody who watches it.',
  },
  entry: {
    title: (index) => `Entry ${index}`,
    proven: 'Proven: this entry is in the log.',
    provenSays: (size) =>
      `Your browser computed that its hash leads to the root of the tree of ${size} entries, and verified the signature over that root.`,
    facts: {
      index: 'Number',
      at: 'Committed',
      kind: 'Kind',
      stream: 'Stream',
      place: 'Place in it',
      previous: 'Hash of the one before',
      file: 'Raw file',
    },
    place: (n) => `entry ${n} of its stream`,
    says: 'What it says',
    saysNote:
      'As JSON. Long codes are commitments: salted hashes of a value, which say nothing without the case’s file.',
    proof: 'How it is proven',
    proofSays:
      'Each line joins the hash so far with the one beside it in the tree (SHA-256, RFC 6962). The last one is the root that is signed.',
    leaf: 'Hash of the entry',
    left: 'with the hash to its left',
    right: 'with the hash to its right',
    root: 'Root',
    signedRoot: 'The same in base64',
    signed: 'Signed by',
    before: 'The entry before',
    after: 'The entry after',
    beyond: (size) => `The log has no entry of this number: it has ${size}, counted from 0.`,
    permalink: 'Copy the address',
  },
  names: {
    'key.enrolled': 'Key enrolled',
    'registry.founded': 'Reviewers named',
    'desk.changed': 'Reviewers changed',
    'agency.changed': 'Agency changed',
    'recipient.enrolled': 'Receiving key enrolled',
    'change.proposed': 'Change proposed',
    'change.decided': 'Change decided',
    'key.revoked': 'Key revoked',
    'key.suspended': 'Key suspended',
    'key.reinstated': 'Key reinstated',
    'revocation.published': 'Other providers told',
    'request.received': 'Request received',
    'request.refused': 'Call refused',
    'review.opened': 'Request looked at',
    'case-file.issued': 'Case file taken out',
    'decision.approved': 'Approval signed',
    'decision.rejected': 'Rejection signed',
    'grant.minted': 'Data can be collected',
    'grant.retired': 'Right to open ended',
    'data.absent': 'No such data',
    'collection.intended': 'Handover announced',
    'collection.completed': 'Data handed over',
    'collection.failed': 'Handover failed',
    'case.withdrawn': 'Request withdrawn',
    'case.expired': 'Case expired',
    'case.invalid': 'Case too wide',
    'case.cancelled': 'Case cancelled',
    'case.suspended': 'Access ended',
    'case.claimed': 'Case claimed',
    'case.unclaimed': 'Claim ended',
    'note.added': 'Note added',
    'information.asked': 'Information asked',
    'information.given': 'Information given',
    'order.received': 'Order handed in',
    'authority.consented': 'Authority consented',
    'authority.objected': 'Authority objected',
    'letter.written': 'Letter written',
    'case.held': 'Record kept',
    'case.released': 'Record released',
    'case.revealed': 'Withheld parts revealed',
    'case.forgotten': 'Case forgotten',
    'decision.voided': 'Approval voided',
    'preservation.received': 'Preservation ordered',
    'preservation.kept': 'Data preserved',
    'preservation.extended': 'Preservation extended',
    'preservation.requested': 'Preserved data asked for',
    'preservation.ended': 'Preservation ended',
    'preservation.forgotten': 'Preservation forgotten',
    'vault.key-made': 'Data key made',
    'vault.key-forgotten': 'Data key destroyed',
    'vault.policy-differs': 'Data key’s rules differ',
    'account.erased': 'Account erased',
    'authorisation.validated': 'Emergency confirmed',
    'emergency.overdue': 'Emergency overdue',
    'emergencies.suspended': 'Emergencies suspended',
    'emergencies.reopened': 'Emergencies reopened',
    'deadline.passed': 'Deadline passed',
    'notice.delayed': 'Notice put off',
    'notice.sent': 'Notice sent',
    'notice.overdue': 'Notice overdue',
    'notice.addressed': 'Letters made',
    'notice.told': 'Person told by authority',
    'decoy.asked': 'Honeytoken asked for',
    'sweep.done': 'Rights compared',
    'reconciliation.done': 'Decryptions compared',
    'record.unproven': 'Foreign record found',
    'deployment.made': 'Deployment',
    'policy.changed': 'Rules changed',
    'strangers.refused': 'Other calls refused',
  },
  sorts: {
    case: { title: 'Cases', says: 'One request of an agency: what was asked, decided and handed over.' },
    preservation: {
      title: 'Preservations',
      says: 'Existing data is kept from being deleted. Nothing is handed over.',
    },
    key: { title: 'Keys', says: 'A person’s key to sign with, from its enrolment to its end.' },
    change: {
      title: 'Changes',
      says: 'A change of who may sign, or of the rules: proposed by one, decided by others.',
    },
    founding: { title: 'Founding', says: 'The provider names its first reviewers, once.' },
    desk: { title: 'The provider’s reviewers', says: 'The people who decide requests.' },
    agency: { title: 'Agencies', says: 'Who of an agency may ask, and which keys data is encrypted to.' },
    emergencies: { title: 'Emergencies of an agency', says: 'Whether they are taken at all.' },
    suspension: {
      title: 'Keys that are suspended',
      says: 'Whether a key of an agency counts, since another provider revoked it.',
    },
    revocations: {
      title: 'Told to other providers',
      says: 'Agency keys that were revoked because somebody may misuse them.',
    },
    honeytoken: {
      title: 'Honeytokens',
      says: 'Accounts that nobody has a reason to ask for. Whoever does loses their key.',
    },
    refusal: { title: 'Refusals', says: 'Calls of known keys that were refused.' },
    strangers: { title: 'Other refusals', says: 'How many other calls were refused in an hour.' },
    vaultKey: {
      title: 'Data keys',
      says: 'The keys that a month’s data is locked with, until they are destroyed.',
    },
    vaultPolicy: {
      title: 'Rules of data keys',
      says: 'A data key was found under rules that Writ did not give it.',
    },
    erasure: { title: 'Erasures', says: 'An account’s data was erased.' },
    sweep: { title: 'Comparison of rights', says: 'The rights to open data, held against the cases.' },
    reconciliation: {
      title: 'Comparison with the key service',
      says: 'What the key service decrypted, held against the log.',
    },
    forgery: { title: 'Foreign records', says: 'A record in a table that Writ did not write.' },
    deployment: {
      title: 'Deployments',
      says: 'Which program, pages and rules stand behind this address, since when.',
    },
  },
});
