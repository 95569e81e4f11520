/** What `writ operate health` finds: one line each, and what to do about it. */
export interface Finding {
  name: FindingName;
  state: FindingState;
  /** One line. */
  message: string;
  /** What to do, where there is something. */
  next?: string | undefined;
  /** The section of the guide that says more: `docs/operator.md#…`. */
  runbook: string;
}

/**
 * `ok`. `look`: nothing is broken, and somebody should know. `act`: somebody has to do something. `unread`: it could not
 * be read, so nobody knows.
 */
export const findingStates = ['act', 'unread', 'look', 'ok'] as const;
export type FindingState = (typeof findingStates)[number];

/** In the order in which they are shown. docs/operator.md says of each what it is about. */
export const findingNames = [
  'outbox',
  'log',
  'witnesses',
  'cases',
  'deadlines',
  'emergencies',
  'access',
  'notices',
  'keys',
  'changes',
  'vault-keys',
  'function',
  'alarm',
  'stack',
  'address',
  'certificate',
  'clock',
  'version',
  'policy',
  'recorded-code',
] as const;
export type FindingName = (typeof findingNames)[number];

/** What the page calls them. */
export const findingTitles: Record<FindingName, string> = {
  outbox: 'Backlog',
  log: 'Log',
  witnesses: 'Witnesses',
  cases: 'Cases',
  deadlines: 'Deadlines',
  emergencies: 'Emergencies',
  access: 'Access',
  notices: 'Notices to persons',
  keys: 'Keys of people',
  changes: 'Changes of the registry',
  'vault-keys': 'Vault keys',
  function: 'Function Health',
  alarm: 'Alarm',
  stack: 'Stack',
  address: 'Address',
  certificate: 'Certificate',
  clock: 'Clock',
  version: 'Version',
  policy: 'Policy',
  'recorded-code': 'Recorded code',
};

/** How many findings there are of each state. */
export function tally(findings: readonly Finding[]): Record<FindingState, number> {
  const of = (state: FindingState) => findings.filter((finding) => finding.state === state).length;
  return { act: of('act'), unread: of('unread'), look: of('look'), ok: of('ok') };
}

/** All of it in a few words: `2 to act on, 1 to look at`. */
export function tallyText(findings: readonly Finding[]): string {
  const { act, unread, look } = tally(findings);
  const said = [
    ...(act === 0 ? [] : [`${act} to act on`]),
    ...(unread === 0 ? [] : [`${unread} could not be read`]),
    ...(look === 0 ? [] : [`${look} to look at`]),
  ];
  return said.length === 0 ? 'All is well' : said.join(', ');
}
