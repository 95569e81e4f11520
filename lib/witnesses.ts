import { mostWitnessCharacters, mostWitnesses, witnessCharacters } from '#core/log/limits.ts';
import {
  formatTrustPolicy,
  isWitnessed,
  parseTrustPolicy,
  type TrustedWitness,
  type TrustPolicy,
  TrustPolicyError,
} from '#core/log/trust-policy.ts';
import { readSetting } from './setting-file.ts';

/** The setting `witnesses`: who is asked to cosign the log's checkpoints, as a C2SP tlog-policy. */

/** @throws Error that says what is wrong with the file */
export function readWitnesses(file: string): TrustPolicy {
  const policy = parse(readSetting('witnesses', file), file);
  const fault = faultOf(policy);
  if (fault !== undefined) throw new Error(`The witnesses in ${file} cannot be used: ${fault}.`);
  return policy;
}

function parse(text: string, file: string): TrustPolicy {
  try {
    return parseTrustPolicy(text);
  } catch (error) {
    if (!(error instanceof TrustPolicyError)) throw error;
    throw new Error(
      `The witnesses in ${file} cannot be used: it is no C2SP tlog-policy (${error.message}).`,
      {
        cause: error,
      },
    );
  }
}

function faultOf(policy: TrustPolicy): string | undefined {
  const { logs, witnesses } = policy;
  if (logs.length > 0) return 'it has a line "log"; leave it out, the log that is meant is the stack’s own';
  if (witnesses.length === 0) return 'it names no witness; without witnesses, leave the setting out';
  if (witnesses.length > mostWitnesses) return `it names more than ${mostWitnesses} witnesses`;
  const unreachable = witnesses.find((witness) => !hasAddress(witness));
  if (unreachable !== undefined)
    return `the witness ${unreachable.name} needs an address that begins with https://, without a name, a password, a query or a fragment`;
  const keys = witnesses.map(({ key }) => key);
  if (!isWitnessed(policy, keys)) return 'its quorum is not reached even if all witnesses cosign';
  // It becomes part of an entry of the log.
  const text = formatTrustPolicy(policy);
  if (!witnessCharacters.test(text)) return 'its names need to be of ASCII, without " and \\';
  if (text.length > mostWitnessCharacters)
    return `it is longer than ${mostWitnessCharacters} characters without its comments`;
  return undefined;
}

function hasAddress({ url = '' }: TrustedWitness): boolean {
  if (!URL.canParse(url) || /[^\x21-\x7e]/.test(url)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(url);
  const isSafe = protocol === 'https:' || (protocol === 'http:' && loopback.includes(hostname));
  return isSafe && [username, password, search, hash].every((part) => part === '');
}

/** A witness on the machine itself, as tests have them, needs no TLS. */
const loopback = ['localhost', '127.0.0.1', '[::1]'];
