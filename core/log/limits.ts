/**
 * Limits that the writer of an entry keeps and the verifier of the log checks. Both take the figures from here; how a
 * limit is applied, each of them says for itself.
 */

/**
 * How long an intent announces what is opened. An agency that comes back later announces it anew, so that each
 * decryption that CloudTrail knows of lies close behind an entry of the log (I4).
 */
export const intentMinutes = 15;

/** A collection waits for witnesses no longer than this: less than `intentMinutes`, or a new intent would begin the wait anew. */
export const mostWitnessSeconds = 600;

/** Distinct reviewers who approve a case, at least: a policy may ask for more (I3). */
export const leastApprovals = 2;

/** The same of an emergency that is opened on credit. */
export const leastEmergencyApprovals = 1;

/** Within so many hours an emergency's obligations are fulfilled: a policy may give fewer (I3). */
export const mostDebtHours = 48;

/**
 * From the receipt of a preservation order, whatever it became part of: so many days later nothing is kept for it any
 * more. A policy gives fewer.
 */
export const mostPreservationDays = 366;

/** A legal hold of a case ends after so many days, or is put on anew. */
export const mostHoldDays = 3660;

/** Distinct reviewers who sign a change of the registry. No policy can set this to one. */
export const changeApprovals = 2;

/** The same of a change that takes an agency's emergencies again: an operator confirms it besides. */
export const reopeningApprovals = 1;

/** From a case's approval a grant lasts so many hours at most: a policy may give fewer (I9). */
export const mostCollectHours = 24 * 366;

/** So many days after its enrolment a key may act, at the latest. */
export const mostActivationDays = 366;

/** A signed call takes so many seconds at most: its entry follows the check of its key by no more. */
export const mostCallSeconds = 29;

/** The same of minting, whose grants are made one after the other. */
export const mostMintingSeconds = 120;

/** From a request's receipt, what the log withholds of it is revealed within so many days: a policy gives fewer. */
export const mostEmbargoDays = 1830;

/** What is revealed more than so many hours after its time is late. */
export const revealGraceHours = 24;

/** A change of the registry that is not complete after so many days has lapsed. */
export const changeDays = 14;

/** Witnesses that one log asks to cosign its checkpoints. */
export const mostWitnesses = 32;

/**
 * The list of witnesses as text (C2SP tlog-policy). It stands in an entry of the log, and a bundle of 256 entries is one
 * answer of a function's. Room for 5 witnesses with post-quantum keys, or for all 32 with others.
 */
export const mostWitnessCharacters = 10_240;

/** That text's characters: of the printable ones of ASCII, those that JSON writes as they are. */
export const witnessCharacters = /^[\n !#-[\]-~]*$/;
