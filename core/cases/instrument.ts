import { z } from 'zod';

/** The name of the order that a request rests on, as agencies write it: `EPOC`, `NationalOrder`. */
export const instrumentKind = z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,31}$/);

/** Under whose law it was issued: ISO 3166-1 alpha-2. */
export const jurisdiction = z.string().regex(/^[A-Z]{2}$/);
