import { proveTlog, type TlogProven } from '#client/log/prove-tlog.ts';
import { isOfLog, othersIn } from '#client/log/witnesses.ts';
import { printable } from '#client/printable.ts';
import type { VerifierKey } from '#core/log/note.ts';
import { parseTlogProof } from '#core/log/tlog-proof.ts';
import { type TrustPolicy, unwitnessed } from '#core/log/trust-policy.ts';
import { bad, counted, exit, good, printJson, UsageError } from './common.ts';
import { faultText } from './log-prove-folder.ts';
import { witnessLines } from './log-prove-witnesses.ts';

/** `writ log prove` on a `.tlog-proof` alone: which entry of which log, when, and which witnesses cosigned it. */
export function proveTlogFile(
  text: string,
  { log, policy }: { log: VerifierKey | undefined; policy: TrustPolicy | undefined },
  { json = false }: { json?: boolean | undefined },
): number {
  const proof = proveTlog(text, believed(log, policy));
  if (json) printJson(proof);
  else process.stdout.write(textOf(proof, policy === undefined ? othersOf(text) : 0));
  return proof.faults.length === 0 ? 0 : exit.wrong;
}

/** @throws UsageError where nothing says whose log it should be */
function believed(log: VerifierKey | undefined, policy: TrustPolicy | undefined): TrustPolicy {
  if (log !== undefined && policy !== undefined && !isOfLog(policy, log))
    throw new UsageError('the policy names other logs than the one whose key is given');
  if (log !== undefined) return policy === undefined ? unwitnessed(log) : { ...policy, logs: [{ key: log }] };
  if (policy !== undefined && policy.logs.length > 0) return policy;
  throw new UsageError(
    'give --key, --provider, --url or --profile, or a --policy that names the log: whose log should have it?',
  );
}

function othersOf(text: string): number {
  try {
    return othersIn(parseTlogProof(text).checkpoint);
  } catch {
    return 0;
  }
}

function textOf({ entry, log, witnesses, faults }: TlogProven, unchecked: number): string {
  const lines = [
    ...(entry === undefined || log === undefined
      ? []
      : [
          `entry ${entry.index} of ${printable(log.origin)}`,
          `  ${printable(entry.kind)}, ${printable(entry.stream)} ${entry.n}, ${printable(entry.at)}`,
          `  its log had ${counted(log.size, 'entry', 'entries')} then`,
        ]),
    ...witnessLines(witnesses, unchecked),
    ...faults.map((fault) => bad(`  ${fault}: ${faultText(fault)}`)),
    faults.length > 0
      ? bad('Not proven.')
      : witnesses?.isQuorum === true
        ? good('The log has this entry, and as many witnesses as the policy asks for saw that.')
        : good('The log has this entry.'),
  ];
  return `${lines.join('\n')}\n`;
}
