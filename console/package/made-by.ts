/** Put there by `lib/console.ts`. */
declare const writVersion: string;

/** The name and version that a page puts into the files that it makes: the command’s own, whose files they are to the byte. */
export const madeBy = `writ ${writVersion}`;
