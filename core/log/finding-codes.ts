/**
 * What a verification can find wrong, each with what is wrong then. Codes are stable: build on them. The table in
 * docs/log.md is held against this one.
 */
export const findingCodes = {
  'checkpoint-missing': 'There is no checkpoint.',
  'note-malformed': 'The checkpoint is no signed note.',
  'note-unsigned': "The log's key did not sign the checkpoint: another key did, or the text was changed.",
  'checkpoint-malformed': 'A signed note that is no checkpoint.',
  'origin-differs': "The checkpoint is another log's.",
  'older-unsigned':
    "The older checkpoint is none that this log's key signed: it is another log's, or the log has another key now.",
  'log-truncated': 'The log is smaller than an older checkpoint says it was: entries were taken away.',
  'log-forked': 'The log does not begin with what an older checkpoint covers: history was rewritten.',
  'file-missing':
    'A tile or bundle that the log must have is not there. Nothing behind a bundle that is missing was verified.',
  'file-malformed':
    'A tile or bundle has more or less in it than its name says. Nothing behind such a bundle was verified.',
  'leaf-differs':
    'An entry is not the one whose hash the tile over it holds: it was exchanged after the tree was built.',
  'tile-differs': 'A tile holds another hash than the tiles below it have.',
  'root-differs': "The entries' tree has another root than the checkpoint.",
  'entry-malformed': 'Bytes that no version of Writ would have written as an entry.',
  'entry-unknown':
    'An entry of a kind or version that this verifier does not know: its place was checked, and not what it says.',
  'entry-dropped': 'Entries of a stream are missing before this one.',
  'entry-swapped': 'An entry stands before one that precedes it in its stream.',
  'entry-repeated': "A stream's place is taken a second time.",
  'entry-edited': 'An entry has another hash than the next of its stream names.',
  'entry-back-dated': 'An entry claims a time too far before what the log has before it.',
  'entry-misplaced': 'An entry of a kind that has no place in this stream.',
  'request-missing': 'A case or a preservation does not start with its request.',
  'request-differs': "A decision is on another request than the case's.",
  'reviewer-repeated': 'One reviewer, or one key, approved the same scope under the same policy twice.',
  'approvals-missing':
    'Fewer than two reviewers, with keys that may, approved this request and this scope under one policy; in an emergency fewer than one, or fewer than two 48 hours after it was opened.',
  'emergency-unvalidated':
    'A collection more than 48 hours after an emergency was opened whose authorisation was not validated.',
  'owed-differs': 'An emergency is said to owe more or less than the log shows.',
  'scope-differs': 'Another scope than the one that was approved or minted.',
  'act-out-of-place':
    "An act that a case, a preservation or an agency's emergencies do not have in this state.",
  'grant-missing': 'A collection without a grant.',
  'grant-retired': 'A collection after the grant was retired.',
  'grant-expired': 'A collection after the grant had expired.',
  'case-closed': 'A collection in a case that is closed or suspended.',
  'page-out-of-order': 'A collection or page that does not follow on those before it.',
  'collection-unannounced': "A collection's answer without an intent that announced it.",
  'notice-early': 'A person was told before the delay of their notice had ended.',
  'withheld-uncommitted':
    'A request or an approval leaves out what it must say, and does not commit to it in its place; or does so where nothing may be withheld.',
  'embargo-too-long':
    'What the log withholds of a request is withheld for longer than the notice is delayed, or than any policy can have it.',
  'reveal-missing':
    'What the log withholds of a request was due to be revealed more than a day before the end of the log, and was not.',
  'reveal-late': 'What the log withheld of a request was revealed more than a day after its time.',
  'reveal-differs': 'What was revealed is not what the request or an approval committed to.',
  'notice-by-other': 'A person was told by somebody other than the request says.',
  'notice-endless': 'Nobody may tell the person, and the request names no order that says so, or no end.',
  'grant-too-long': 'A grant lasts longer than any policy can have it.',
  'founding-missing': 'A request, a preservation, a change or an enrolment before any founding.',
  'founding-out-of-place':
    'The desk was founded again, though the log shows two of its people with keys that are not revoked.',
  'signer-unnamed': 'An act does not say which key signed it.',
  'signer-unproven':
    'The key that signed an act was not enrolled before, or by nothing that enrols a key by right.',
  'signer-misplaced': "The key that signed an act is of another role, or another agency's.",
  'signer-inactive': 'A key signed before the time from which it may.',
  'signer-revoked': 'A key signed after it was revoked.',
  'signer-suspended': 'A key signed while it was suspended.',
  'notification-pending':
    'Something was minted, or said to be absent, while a notified authority could still object and had not consented.',
  'revoked-key-used':
    'A grant was minted, or a collection announced, though a key that it rests on had been revoked, or was suspended.',
  'activation-too-late': 'A key may act from no instant, or from one that lies further ahead than any can.',
  'enrolment-unfounded': 'A key was enrolled that no founding named, and no approved change asked for.',
  'enrolment-missing':
    'A founding named a key, or an approved change asked for one, and the log has no enrolment of it.',
  'key-out-of-place': 'A key was enrolled a second time, or revoked without having been enrolled.',
  'key-revoked-twice': 'A key was revoked a second time.',
  'change-unapproved':
    'A change of the registry was applied without the approvals or the confirmation that it takes, by keys that may give them.',
  'change-out-of-place': "A decision on a change that was never proposed, is another's, or was over.",
  'recipient-unfounded':
    'An officer has a key to encrypt to, and no change that was applied gives one to an officer of this agency.',
  'reopening-unfounded': "An agency's emergencies are taken again, and no change that was applied says so.",
  'reinstatement-unfounded': 'A key that was suspended counts again, and no change that was applied says so.',
  'hold-unfounded': 'A case is held or released, and no change that was applied says so.',
  'policy-unadopted':
    'A request or an approval is under a policy that no founding and no change adopted. Each such policy once.',
  'policy-unknown': 'A request names a policy that the log does not have.',
  'log-behind':
    'Others were shown a larger log than the monitor is, for more than an hour: entries are kept back from somebody.',
  'log-unwitnessed':
    'The newest checkpoint that enough witnesses cosigned has been behind the log for too long.',
  'log-quiet': 'The log has had no entry for longer than the monitor was told to expect.',
  'log-unreachable': 'The log could not be read for more than an hour.',
} as const;
export type FindingCode = keyof typeof findingCodes;

export function isFindingCode(text: string): text is FindingCode {
  return Object.hasOwn(findingCodes, text);
}

/** What does not by itself show that anything is wrong. */
export const warningCodes: ReadonlySet<FindingCode> = new Set([
  'entry-unknown',
  'policy-unknown',
  'reveal-late',
]);
