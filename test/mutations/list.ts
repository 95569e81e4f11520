import type { Kind } from '#core/log/kinds.ts';
import type { TableName } from '#core/store/tables.ts';

/**
 * Every sort of item on the whole way and every attribute of it, each in a line. A table without its lines does not
 * compile; an item or an attribute without a line, and a line without its item, fail the test.
 */
export interface Line {
  /** Their names, apart by spaces. */
  attributes: string;
  /** Why it may end without an alarm that this is not as Writ wrote it: nothing leaves all the same. */
  quiet?: string;
}

/** What `by` and `mac` prove: the item is refused, whichever of its attributes was changed. */
const proven = 'by mac';

const gone =
  'A case that is not there is answered as one that never was. Once its grants are minted, the sweep finds grants without ' +
  'a case and raises GrantMismatch; before, nothing of it can leave.';
const stranger =
  'A key whose record is gone is a stranger’s, who is told what every stranger is told: its holder notices, and the hour’s ' +
  'total counts it.';
const token =
  'Without its token a new grant may be refused by KMS for some minutes: the agency collects later. What opens is decided ' +
  'by the case, the log and KMS.';
const call =
  'A call counts once and a limit holds: at worst the same is asked again, or asked later. See the table’s own reason.';

export const list: Readonly<Record<TableName, Readonly<Record<string, Line>>>> = {
  registry: {
    'key#<digest>': {
      attributes: `pk keyId role holder agency publicKey enrolledBy enrolledAt activeFrom salt entries listed since ${proven}`,
      quiet: stranger,
    },
    'agency#<agency>': { attributes: `pk id version name terms members encryptionKeys entries ${proven}` },
    desk: { attributes: `pk version members foundings policies entries ${proven}` },
    'holder#<person>': { attributes: `pk side ${proven}` },
    'change#<id>': {
      attributes: `pk id version status proposal digest salt proposedAt decisions entries listed since ${proven}`,
    },
  },
  calls: {
    'nonce#<digest>#<nonce>': { attributes: 'pk ttl', quiet: call },
    'rate#<agency>#day#<time>': { attributes: 'pk n ttl', quiet: call },
    'rate#<agency>#day#<time>#<person>': { attributes: 'pk n ttl', quiet: call },
    'rate#<person>#proposals#<time>': { attributes: 'pk n ttl', quiet: call },
  },
  cases: {
    'case#<id>': {
      attributes:
        'pk id version agency askedBy reference requestDigest request document salt priority status basis receivedAt dueAt time asked ' +
        'scope subjects holders decisions approvalsNeeded approvedAt policyHash preservations notice collections ' +
        `collectionsAllowed expiresAt grants grantsAt minted retentionMonths entries awake ${proven}`,
      quiet: gone,
    },
    'preservation#<id>': {
      attributes:
        'pk id version case ofRequest requestDigest asked status receivedAt dueAt latestEnd isExtended retentionMonths ' +
        `salt subjects entries ${proven}`,
    },
    'keeping#<subject>': { attributes: `pk says ttl ${proven}` },
    'reference#<agency>#<digest>': { attributes: `pk case ${proven}` },
    'tokens#<id>#<n>': { attributes: `pk ttl tokens ${proven}`, quiet: token },
  },
  // Nothing on the way: they are made when the messenger asks.
  notices: {},
  entries: {
    ...entriesOf('change.proposed', 'decision.approved', 'grant.minted', 'review.opened'),
    ...entriesOf('vault.key-made'),
    ...entriesTogether(
      'agency.changed',
      'change.decided',
      'desk.changed',
      'key.enrolled',
      'preservation.received',
      'recipient.enrolled',
      'registry.founded',
      'request.received',
    ),
  },
  log: {
    'head -': { attributes: 'pk sk size root checkpoint published staged' },
    'stage <n>#<id>#<n>': { attributes: 'pk sk width entries' },
  },
  vault: {
    '<subject> head': { attributes: `pk sk says ttl ${proven}` },
    '<subject> key#access#<time>': { attributes: `pk sk publicKey wrappedKey keyId tally ttl ${proven}` },
    '<subject> key#phone#<time>': { attributes: `pk sk publicKey wrappedKey keyId tally ttl ${proven}` },
    '<subject> phone#<time>': { attributes: `pk sk blind place ttl ${proven}` },
    '<subject> rec#access#<time>#<place>': { attributes: `pk sk key n place sealed ttl ${proven}` },
    '<subject> rec#phone#<time>#<place>': { attributes: `pk sk key n place sealed ttl ${proven}` },
    'lookup#<digest> #head': { attributes: `pk sk says ttl ${proven}` },
    'lookup#<digest> <subject>#<time>': { attributes: `pk sk place ttl ${proven}` },
  },
  vaultKeys: {
    'access#<time> #': { attributes: `pk sk claim claimedAt keyArn madeAt entries ${proven}` },
    'phone#<time> #': { attributes: `pk sk claim claimedAt keyArn madeAt entries ${proven}` },
  },
  // Nothing on the way: an item is published only as the log commits to it.
  revocations: {},
  // Nothing on the way reads it: it is what `report` publishes of the log, and anybody counts the log for themselves.
  report: {},
};

function entriesOf(...kinds: readonly Kind[]): Record<string, Line> {
  return Object.fromEntries(
    kinds.map((kind) => [`entry ${kind}`, { attributes: `stream n kind written entry ${proven}` }]),
  );
}

/** Of a transaction that has several. */
function entriesTogether(...kinds: readonly Kind[]): Record<string, Line> {
  return Object.fromEntries(
    kinds.map((kind) => [`entry ${kind}`, { attributes: `stream n kind written entry together ${proven}` }]),
  );
}
