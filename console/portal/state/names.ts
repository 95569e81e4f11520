/** What requests and preservations are called, by their ids: for sentences, and for nothing that is signed. */
const names = new Map<string, string>();

/** Keeps the agency's own reference of what was listed or opened. */
export const rememberName = (id: string, reference: string): void => void names.set(id, reference);

/** Its reference, or its id where that is not known. */
export const nameOf = (id: string): string => names.get(id) ?? id;

/** The portal is locked. */
export const forgetNames = (): void => names.clear();
