/**
 * How much a case keeps of what people signed and wrote, in bytes: so much of each fits, together, into the 400 KB of an
 * item (test/limits/). A signed message is kept with its signature and with its body in base64 (core/evidence.ts).
 */

/** An officer's request: a body of 64 KB, and the fields of its signature. */
export const mostRequestBytes = 92_000;

/** The same of what somebody proposes for the registry. */
export const mostProposalBytes = mostRequestBytes;

/** A reviewer’s decision: twice what the longest takes in the plainest JSON. */
export const mostDecisionBytes = 16_000;

/** A note, a question or an answer: twice what 2,000 characters take in the plainest JSON. */
export const mostMessageBytes = 20_000;

/** A letter of 1,000 characters with its copy, in the plainest JSON; all of a case's lie in one item. */
export const mostLetterBytes = 15_000;

/** What the desk's seal adds: a wrapped data key, which has some 200 bytes, a nonce, a tag and a length. */
export const mostSealBytes = 600;

/** What a reviewer says to the agency, 1,000 characters, as a JWE. */
export const mostExplanation = 5000;
