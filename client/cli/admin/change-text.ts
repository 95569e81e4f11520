import { printable } from '#client/printable.ts';
import type { ChangeView } from '#client/registry.ts';
import { comparables } from '#client/thumbprint.ts';
import { agencyOfProposal, keyOfProposal, ownKeyOfProposal, type Proposal } from '#core/registry/change.ts';
import type { Terms } from '#core/registry/terms.ts';
import { moment } from '../case-text.ts';
import { counted } from '../common.ts';
import { fields, table, until, when } from '../format.ts';
import { newKeys } from './enrolment.ts';

/** A change of the registry in words: what changes, who decided, what is missing. */
const kinds: Record<Proposal['kind'], string> = {
  agency: 'a new agency, with its first officer',
  terms: 'other terms for an agency',
  officer: 'one more officer’s key',
  'encryption-key': 'another key to encrypt disclosures to',
  reviewer: 'one more reviewer’s key',
  policy: 'another policy, to be deployed after',
  emergencies: 'an agency’s emergencies are taken again',
  hold: 'a case is kept, whatever its retention',
  release: 'a case that is held is released',
  reinstate: 'a key that is suspended counts again',
};

export async function proposalText(proposal: Proposal): Promise<string> {
  const agency = agencyOfProposal(proposal);
  const key = keyOfProposal(proposal);
  const activeFrom = proposal.kind === 'encryption-key' ? proposal.activeFrom : key?.activeFrom;
  const own = ownKeyOfProposal(proposal);
  const compared = (await newKeys(proposal)).map(({ what, thumbprint }) => ({
    what: printable(what),
    thumbprint,
  }));
  const officer = key?.holder ?? own?.officer;
  return (
    fields({
      change: kinds[proposal.kind],
      agency: agency === undefined ? undefined : printable(agency),
      name: proposal.kind === 'agency' ? printable(proposal.agency.name) : undefined,
      [key?.role === 'reviewer' ? 'reviewer' : 'officer']:
        officer === undefined ? undefined : printable(officer),
      ...('terms' in proposal ? termsFields(proposal.terms) : {}),
      ...(proposal.kind === 'agency' ? termsFields(proposal.agency.terms) : {}),
      policy: proposal.kind === 'policy' ? proposal.policyHash : undefined,
      case: 'case' in proposal ? proposal.case : undefined,
      key: proposal.kind === 'reinstate' ? proposal.keyid : undefined,
      'kept until': proposal.kind === 'hold' ? moment(proposal.until) : undefined,
      'not before': activeFrom === undefined ? undefined : when(activeFrom),
    }) +
    (compared.length === 0
      ? ''
      : `compare by telephone; the twelve words are enough:\n${await comparables(compared)}\n`)
  );
}

function termsFields({ jurisdictions, instruments, categories, rates }: Terms) {
  return {
    'may ask under the law of': jurisdictions.join(', '),
    by: instruments.join(', '),
    for: categories.join(', '),
    'at most': `${counted(rates.requestsPerDay, 'request')} a day, ${counted(rates.emergenciesPerWeek, 'emergency', 'emergencies')} a week`,
  };
}

export async function changeText(changeView: ChangeView): Promise<string> {
  const decided = changeView.decisions.map(({ holder, role, decision, at }) => [
    printable(holder),
    role,
    decision,
    when(at),
  ]);
  return [
    fields({
      id: changeView.id,
      status: changeView.status,
      digest: printable(changeView.changeDigest),
      proposed: when(changeView.proposedAt),
      'void from': changeView.status === 'Pending' ? moment(changeView.closesAt) : undefined,
    }),
    await proposalText(changeView.proposal),
    table(['who', 'as', 'decided', 'when'], decided),
    fields({
      missing: changeView.status === 'Pending' ? missingText(changeView) : undefined,
      next: nextText(changeView),
    }),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

export function missingText({ missing, proposal }: Pick<ChangeView, 'missing' | 'proposal'>): string {
  const { approvals = 0, confirmation = false } = missing ?? {};
  const by =
    proposal.kind === 'emergencies'
      ? 'an operator’s confirmation'
      : 'a confirmation by an officer of the agency';
  const parts = [
    ...(approvals === 0 ? [] : [counted(approvals, 'more reviewer')]),
    ...(confirmation ? [by] : []),
  ];
  return parts.length === 0 ? 'nothing' : parts.join(' and ');
}

function nextText({ id, status, missing, proposal }: ChangeView): string | undefined {
  if (status === 'Applied') return appliedText[proposal.kind];
  if (status === 'Rejected' || status === 'Lapsed') return undefined;
  if (missing !== undefined && missing.approvals > 0)
    return `another reviewer: writ admin change approve ${id}`;
  if (proposal.kind === 'emergencies') return `an operator: writ operate confirm ${id}`;
  return `an officer of the agency: writ admin change confirm ${id}`;
}

const appliedText: Record<Proposal['kind'], string> = {
  agency: 'its officer connects (writ connect), and asks once the key’s cool-off is over',
  terms: 'they hold for what is asked from now on',
  officer: 'the key may be used once its cool-off is over',
  'encryption-key': 'it takes over once its cool-off is over',
  reviewer: 'the key may be used once its cool-off is over',
  policy: 'deploy it: npx cdk deploy -c policy=FILE',
  emergencies: 'they are taken again',
  hold: 'the case is kept until then',
  release: 'the case is forgotten once its own retention is over',
  reinstate: 'its holder may use the key again',
};

/** A list of changes, those that become void first at the top. */
export function changesText(changes: readonly ChangeView[], now = Date.now()): string {
  if (changes.length === 0) return 'Nothing is there.\n';
  return table(
    ['change', 'kind', 'of', 'status', 'void', 'missing'],
    changes.map((change) => [
      change.id,
      change.proposal.kind,
      printable(
        [
          agencyOfProposal(change.proposal),
          keyOfProposal(change.proposal)?.holder ?? ownKeyOfProposal(change.proposal)?.officer,
          'case' in change.proposal ? change.proposal.case : undefined,
          'keyid' in change.proposal ? change.proposal.keyid : undefined,
        ]
          .filter((of) => of !== undefined)
          .join(', '),
      ),
      change.status,
      change.status === 'Pending' ? until(change.closesAt, now) : '',
      change.status === 'Pending' ? missingText(change) : '',
    ]),
  );
}
