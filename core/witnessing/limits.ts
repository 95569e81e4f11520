/** Limits that the setting of the stack keeps, and that what reads it builds on. */

/** Witnesses that one log asks. */
export const mostWitnesses = 32;

/** The list of witnesses as text: it stands in an entry of the log, which is at most 65,535 bytes. */
export const mostWitnessCharacters = 49_152;
