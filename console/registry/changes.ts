import { type ChangeView, hasItsDigest } from '#client/registry.ts';
import { agencyOfProposal, keyOfProposal, ownKeyOfProposal, type Proposal } from '#core/registry/change.ts';

/** What a change is about, and whether it may be approved here. */
export interface About {
  agency: string | undefined;
  person: string | undefined;
  case: string | undefined;
  /** Not to be used before. */
  activeFrom: string | undefined;
}

export function aboutOf(proposal: Proposal): About {
  const key = keyOfProposal(proposal);
  return {
    agency: agencyOfProposal(proposal),
    person: key?.holder ?? ownKeyOfProposal(proposal)?.officer,
    case: 'case' in proposal ? proposal.case : undefined,
    activeFrom: proposal.kind === 'encryption-key' ? proposal.activeFrom : key?.activeFrom,
  };
}

/** Those that become void first at the top. */
export const soonestFirst = (changes: readonly ChangeView[]): ChangeView[] =>
  changes.toSorted((a, b) => Date.parse(a.closesAt) - Date.parse(b.closesAt));

export const newestFirst = (changes: readonly ChangeView[]): ChangeView[] =>
  changes.toSorted((a, b) => Date.parse(b.proposedAt) - Date.parse(a.proposedAt));

/**
 * What keeps a reviewer from approving a change now; undefined: nothing.
 *
 * - `digest-differs`: the provider shows another change than the one that its digest is of. Nothing is signed.
 * - `closed`, `lapsed`: nobody can decide it any more.
 * - `signed`: they signed it already.
 * - `enough`: as many reviewers signed as it takes. It waits for somebody else.
 * - `not-compared`: a key that it would enrol was not compared.
 * - `not-read`: it adopts a policy whose file was not read here.
 */
export type Obstacle =
  | 'digest-differs'
  | 'closed'
  | 'lapsed'
  | 'signed'
  | 'enough'
  | 'not-compared'
  | 'not-read';

export interface Looked {
  /** The reviewer's own pseudonym. */
  me: string | undefined;
  /** Thumbprints that were compared, of the keys that it would enrol. */
  compared: ReadonlySet<string>;
  /** Of all keys that it would enrol. */
  thumbprints: readonly string[];
  /** Hashes of the policies that were read here. */
  read: ReadonlySet<string>;
  /** In milliseconds. */
  now: number;
}

export function obstacle(change: ChangeView, looked: Looked): Obstacle | undefined {
  const standing = standingObstacle(change, looked);
  if (standing !== undefined) return standing;
  if (change.missing?.approvals === 0) return 'enough';
  if (looked.thumbprints.some((thumbprint) => !looked.compared.has(thumbprint))) return 'not-compared';
  if (change.proposal.kind === 'policy' && !looked.read.has(change.proposal.policyHash)) return 'not-read';
  return undefined;
}

/** What keeps a reviewer from rejecting it: nothing needs to be compared for that. */
export function standingObstacle(
  change: ChangeView,
  { me, now }: Pick<Looked, 'me' | 'now'>,
): Obstacle | undefined {
  if (!hasItsDigest(change)) return 'digest-differs';
  if (change.status === 'Lapsed' || (change.status === 'Pending' && Date.parse(change.closesAt) <= now))
    return 'lapsed';
  if (change.status !== 'Pending') return 'closed';
  return hasSigned(change, me) ? 'signed' : undefined;
}

export const hasSigned = ({ decisions }: ChangeView, me: string | undefined): boolean =>
  decisions.some(({ holder, role }) => role === 'reviewer' && holder === me);

/** Whose signature a pending change waits for. */
export function missingOf({ missing, proposal }: Pick<ChangeView, 'missing' | 'proposal'>): {
  approvals: number;
  confirmation: 'officer' | 'operator' | undefined;
} {
  const { approvals = 0, confirmation = false } = missing ?? {};
  const by = proposal.kind === 'emergencies' ? 'operator' : 'officer';
  return { approvals, confirmation: confirmation ? by : undefined };
}
