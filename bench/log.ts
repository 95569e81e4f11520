import { proving } from './log-proofs.ts';
import { verifying } from './log-verifying.ts';

/**
 * The log: building and verifying it, proofs, and how fast it grows on the local cloud (bench/log-sequencing.ts). With
 * `--offline` without the last, with `--entries N` for a smaller log. What a log costs is bench/log-cost.ts.
 */
const given = process.argv.indexOf('--entries');
const size = given < 0 ? 1_000_000 : Number(process.argv[given + 1]);
if (!Number.isSafeInteger(size) || size < 1) throw new RangeError('--entries: how many');

await verifying(size);
await proving();
if (!process.argv.includes('--offline')) await (await import('./log-sequencing.ts')).sequencing();
