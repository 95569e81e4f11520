import { parseArgs } from 'node:util';
import { costTable } from './log-cost.ts';
import { proving } from './log-proofs.ts';
import { verifying } from './log-verifying.ts';

/**
 * The log: building its tree and verifying it whole, beside the bare SHA-256 of the same hashes (log-verifying.ts); proofs
 * (log-proofs.ts); sequencing on the local cloud (log-sequencing.ts); what it costs (log-cost.ts). `--entries` makes it
 * smaller, `--offline` leaves the cloud out.
 */
const { values } = parseArgs({
  args: process.argv.slice(import.meta.main ? 2 : 3),
  options: { entries: { type: 'string', default: '1000000' }, offline: { type: 'boolean', default: false } },
});

await verifying(Number(values.entries));
await proving();
if (!values.offline) await (await import('./log-sequencing.ts')).sequencing();
process.stdout.write(`\n${costTable()}\n`);
