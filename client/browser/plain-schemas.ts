import { config } from 'zod';

/**
 * Has zod check schemas without making programs of texts. A strict Content-Security-Policy forbids those, and even zod's
 * question whether it may make one is reported as an attempt. To be imported before any schema is made; package.json names
 * this file under `sideEffects`, or a bundler would leave it out.
 */
config({ jitless: true });
