import { toHex } from '#core/bytes.ts';
import { type Cosignature, formatWitnessKey, parseWitnessKey, type WitnessKey } from './cosignature.ts';
import { LogError } from './errors.ts';
import { formatVerifierKey, parseVerifierKey, type VerifierKey } from './note.ts';

/**
 * Trust policies (C2SP tlog-policy): which logs are known, which witnesses, and which of them must have cosigned a checkpoint
 * for it to count. A text of lines, that other people's verifiers read as well.
 */
export interface TrustPolicy {
  logs: readonly { key: VerifierKey; url?: string }[];
  witnesses: readonly TrustedWitness[];
  groups: readonly WitnessGroup[];
  /** The name of the witness or the group that must have cosigned; or `none`. */
  quorum: string;
}

export interface TrustedWitness {
  /** What the policy calls it. It has no meaning outside of it. */
  name: string;
  key: WitnessKey;
  /** Its submission prefix (C2SP tlog-witness). */
  url?: string;
}

export interface WitnessGroup {
  name: string;
  /** How many of the members must have cosigned: 1 or more, and no more than there are. */
  threshold: number;
  /** Witnesses and groups, by name. */
  members: readonly string[];
}

/** The policy that trusts a log without any witness. */
export const unwitnessed = (key: VerifierKey): TrustPolicy => ({
  logs: [{ key }],
  witnesses: [],
  groups: [],
  quorum: NONE,
});

export const NONE = 'none';
/** The list of a log that nobody witnesses. */
export const noWitnesses: TrustPolicy = { logs: [], witnesses: [], groups: [], quorum: NONE };

/** Of each: logs, witnesses and groups. */
const MOST = 64;
/** Room for as many, each witness with an address and a post-quantum key. */
export const MAX_POLICY_CHARACTERS = 262_144;

/** What is wrong with a policy's text. */
export type TrustPolicyFault =
  | 'too-long'
  | 'character'
  | 'line'
  | 'log-key'
  | 'witness-key'
  | 'name-repeated'
  | 'key-repeated'
  | 'name-unknown'
  | 'member-repeated'
  | 'threshold'
  | 'too-many'
  | 'quorum-repeated'
  | 'quorum-missing';

export class TrustPolicyError extends Error {
  override name = 'TrustPolicyError';
  readonly fault: TrustPolicyFault;
  /** From 1; undefined where no one line is wrong. */
  readonly line: number | undefined;

  constructor(fault: TrustPolicyFault, line?: number) {
    super(line === undefined ? fault : `line ${line}: ${fault}`);
    this.fault = fault;
    this.line = line;
  }
}

/** Tab and newline are the only control characters of a policy. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are the ones that no policy may hold
const FORBIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f]/;

/** What a policy's lines have said so far. */
class Reading {
  readonly logs: { key: VerifierKey; url?: string }[] = [];
  readonly witnesses: TrustedWitness[] = [];
  readonly groups: WitnessGroup[] = [];
  quorum: string | undefined;
  private readonly grouped = new Set<string>();
  private readonly names = new Set<string>();
  private readonly keys = new Set<string>();

  log([key = '', url, ...rest]: readonly string[]): TrustPolicyFault | undefined {
    if (rest.length > 0) return 'line';
    const log = unlessMalformed(() => parseVerifierKey(key));
    if (log === undefined) return 'log-key';
    this.logs.push({ key: log, ...(url === undefined ? {} : { url }) });
    return this.isNewKey('log', log.publicKey) ? bounded(this.logs) : 'key-repeated';
  }

  witness([name = '', key = '', url, ...rest]: readonly string[]): TrustPolicyFault | undefined {
    if (rest.length > 0 || key === '') return 'line';
    const witness = unlessMalformed(() => parseWitnessKey(key));
    if (witness === undefined) return 'witness-key';
    this.witnesses.push({ name, key: witness, ...(url === undefined ? {} : { url }) });
    if (!this.isNewName(name)) return 'name-repeated';
    return this.isNewKey('witness', witness.publicKey) ? bounded(this.witnesses) : 'key-repeated';
  }

  group([name = '', many = '', ...members]: readonly string[]): TrustPolicyFault | undefined {
    if (members.length === 0) return 'line';
    if (!members.every((member) => this.names.has(member))) return 'name-unknown';
    if (new Set(members).size < members.length || members.some((member) => this.grouped.has(member)))
      return 'member-repeated';
    for (const member of members) this.grouped.add(member);
    if (!this.isNewName(name)) return 'name-repeated';
    const threshold = many === 'all' ? members.length : many === 'any' ? 1 : thresholdOf(many);
    if (threshold === undefined || threshold > members.length) return 'threshold';
    this.groups.push({ name, threshold, members });
    return bounded(this.groups);
  }

  decide([name = '', ...rest]: readonly string[]): TrustPolicyFault | undefined {
    if (rest.length > 0 || name === '') return 'line';
    if (this.quorum !== undefined) return 'quorum-repeated';
    this.quorum = name;
    return name === NONE || this.names.has(name) ? undefined : 'name-unknown';
  }

  private isNewName(name: string): boolean {
    if (name === NONE || this.names.has(name)) return false;
    this.names.add(name);
    return true;
  }

  /** Two keys with one public key are the same, whatever their names. */
  private isNewKey(of: 'log' | 'witness', publicKey: Uint8Array): boolean {
    const key = `${of} ${toHex(publicKey)}`;
    if (this.keys.has(key)) return false;
    this.keys.add(key);
    return true;
  }
}

const bounded = (all: readonly unknown[]) => (all.length > MOST ? 'too-many' : undefined);
const thresholdOf = (text: string) => (/^[1-9]\d{0,3}$/.test(text) ? Number(text) : undefined);

function unlessMalformed<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof LogError) return undefined;
    throw error;
  }
}

/**
 * Reads a policy.
 *
 * @throws TrustPolicyError with the line and what is wrong with it, and nothing of what it says
 */
export function parseTrustPolicy(text: string): TrustPolicy {
  if (text.length > MAX_POLICY_CHARACTERS) throw new TrustPolicyError('too-long');
  const read = new Reading();
  for (const [i, line] of text.split('\n').entries()) {
    if (FORBIDDEN.test(line)) throw new TrustPolicyError('character', i + 1);
    const [keyword, ...fields] = line.split(/[ \t]+/).filter((field) => field !== '');
    if (keyword === undefined || keyword.startsWith('#')) continue;
    const fault = readLine(read, keyword, fields);
    if (fault !== undefined) throw new TrustPolicyError(fault, i + 1);
  }
  const { logs, witnesses, groups, quorum } = read;
  if (quorum === undefined) throw new TrustPolicyError('quorum-missing');
  return { logs, witnesses, groups, quorum };
}

function readLine(read: Reading, keyword: string, fields: readonly string[]): TrustPolicyFault | undefined {
  switch (keyword) {
    case 'log':
      return read.log(fields);
    case 'witness':
      return read.witness(fields);
    case 'group':
      return read.group(fields);
    case 'quorum':
      return read.decide(fields);
    default:
      return 'line';
  }
}

/** A policy as text: logs, witnesses, groups in their order, the quorum last. */
export function formatTrustPolicy({ logs, witnesses, groups, quorum }: TrustPolicy): string {
  const at = (url: string | undefined) => (url === undefined ? '' : ` ${url}`);
  return [
    ...logs.map(({ key, url }) => `log ${formatVerifierKey(key)}${at(url)}`),
    ...witnesses.map(({ name, key, url }) => `witness ${name} ${formatWitnessKey(key)}${at(url)}`),
    ...groups.map(({ name, threshold, members }) => `group ${name} ${threshold} ${members.join(' ')}`),
    `quorum ${quorum}`,
    '',
  ].join('\n');
}

/**
 * Whether those who cosigned a checkpoint are as many as the policy asks for.
 *
 * @param cosigned by whom, each verified (`verifyCosignatures`)
 */
export function isWitnessed(
  { witnesses, groups, quorum }: TrustPolicy,
  cosigned: readonly WitnessKey[],
): boolean {
  const keys = new Set(cosigned.map(formatWitnessKey));
  const has = new Map(witnesses.map(({ name, key }) => [name, keys.has(formatWitnessKey(key))]));
  // A group's members stand before it.
  for (const { name, threshold, members } of groups)
    has.set(name, members.filter((member) => has.get(member) === true).length >= threshold);
  return quorum === NONE || has.get(quorum) === true;
}

/** Whether a policy asks for any witness at all. */
export const takesWitnesses = (policy: TrustPolicy): boolean => !isWitnessed(policy, []);

/** The same of verified cosignatures. */
export const isCosigned = (policy: TrustPolicy, cosignatures: readonly Pick<Cosignature, 'key'>[]): boolean =>
  isWitnessed(
    policy,
    cosignatures.map(({ key }) => key),
  );
