import { env } from './env.ts';
import { kmsDeskSeal } from './kms/desk-seal.ts';

export { KmsRefusal as NotSealedError } from '#core/ports.ts';

const { DESK_KEY } = env('DESK_KEY');

// For functions that name it so: the port `DeskSeal`.
export const { open: openAtDesk } = kmsDeskSeal(DESK_KEY);
