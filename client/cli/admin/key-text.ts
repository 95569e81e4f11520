import { printable } from '#client/printable.ts';
import type { KeyView } from '#client/registry.ts';
import { grouped } from '#core/grouped.ts';
import { counted } from '../common.ts';
import { table, until, when } from '../format.ts';

/** Keys and their holders in words. */

/** As much of a thumbprint as a list shows; commands take it for the whole. */
export const shortKey = (keyid: string) => keyid.slice(0, 11);

/** Which party a key belongs to: the desk, or an agency. */
export const partyOf = ({ agency }: Pick<KeyView, 'agency'>) => agency ?? 'desk';

/** A block for each party: the desk first. */
export function peopleText(keys: readonly KeyView[], now = Date.now()): string {
  const parties = grouped(keys, partyOf);
  const names = [...parties.keys()].toSorted((a, b) => order(a) - order(b) || (a < b ? -1 : 1));
  const blocks = names.map((name) => {
    const own = parties.get(name) ?? [];
    const people = new Set(own.filter(isCounted).map(({ holder }) => holder)).size;
    const rows = own
      .toSorted((a, b) => (a.holder < b.holder ? -1 : 1))
      .map((key) => [printable(key.holder), shortKey(key.keyid), day(key.enrolledAt), stateText(key, now)]);
    return `${printable(name)}: ${counted(people, 'person', 'people')}\n${table(
      ['  person', 'key', 'since', 'by'],
      rows.map(([person = '', ...rest]) => [`  ${person}`, ...rest]),
    )}`;
  });
  const enrolled = keys.filter(isCounted);
  const people = new Set(enrolled.map(({ holder }) => holder)).size;
  return `${blocks.join('\n')}\n${counted(people, 'person', 'people')}, ${counted(enrolled.length, 'key')}. What a key signed: writ admin key show KEY\n`;
}

const order = (party: string) => (party === 'desk' ? 0 : 1);
const isCounted = ({ revokedAt }: KeyView) => revokedAt === undefined;
const day = (iso: string) => iso.slice(0, 10);

function stateText(key: KeyView, now: number): string {
  const { activeFrom, revokedAt, suspended } = key;
  const signers = signersText(key);
  if (revokedAt !== undefined) return `revoked ${day(revokedAt)}; ${signers}`;
  if (suspended !== undefined) return `suspended ${day(suspended.since)}; ${signers}`;
  return Date.parse(activeFrom) > now ? `active ${until(activeFrom, now)}; ${signers}` : signers;
}

/** Who signed that it was enrolled. */
export function signersText({ enrolledBy, decisions }: KeyView): string {
  if (decisions.length === 0) return printable(enrolledBy.replace('founding/', 'founding '));
  return [...new Set(decisions.map(({ holder }) => printable(holder)))].join(', ');
}

/** What one key is, as fields. */
export function keyFields(key: KeyView, now = Date.now()) {
  return {
    key: printable(key.keyid),
    person: `${printable(key.holder)}, ${key.agency === undefined ? 'of the desk' : `of ${printable(key.agency)}`}`,
    enrolled: `${when(key.enrolledAt)}, by ${printable(key.enrolledBy)}`,
    'active from':
      Date.parse(key.activeFrom) > now
        ? `${when(key.activeFrom)}, ${until(key.activeFrom, now)}`
        : when(key.activeFrom),
    revoked: key.revokedAt === undefined ? undefined : when(key.revokedAt),
    ...(key.revokedAt === undefined ? suspensionFields(key) : {}),
    'in the log': `key/${printable(key.log.key)}`,
  };
}

/** By whom and why it is suspended, and what reviewers do. */
function suspensionFields({ keyid, suspended }: KeyView) {
  if (suspended === undefined) return {};
  const { since, provider, reason } = suspended;
  return {
    suspended: `${when(since)}: ${printable(provider)} revoked it (${printable(reason)})`,
    next: `call the agency; then writ admin key revoke ${keyid}, or writ admin key reinstate ${keyid}`,
  };
}

/** Who decided its enrolment. */
export const decisionRows = ({ decisions }: KeyView) =>
  decisions.map(({ holder, role, decision, at }) => [printable(holder), role, decision, when(at)]);
