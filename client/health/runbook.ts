import { alarmKind, type FunctionAlarm, type OwnAlarm } from '#core/alarms.ts';
import type { FindingName } from './finding.ts';

/** Where the guides say what to do: of every alarm and every finding, by name. A forgotten one does not compile. */
const guide = 'docs/operator.md';
const alarms = `${guide}#when-an-alarm-comes`;
const givenUp = `${guide}#what-was-given-up`;
const witnesses = `${guide}#witnesses-of-the-log`;
const isItWell = `${guide}#is-it-well`;

const ofAlarms: Record<OwnAlarm | FunctionAlarm, string> = {
  Fails: alarms,
  IsThrottled: alarms,
  IsBehind: alarms,
  DeadLetters: givenUp,
  DeadLettersWait: givenUp,
  ApiFails: alarms,
  OutboxMalformed: alarms,
  OutboxConflicts: alarms,
  RecordUnproven: alarms,
  Unforeseen: alarms,
  LogIsBehind: alarms,
  LogUnwitnessed: alarms,
  GrantsDiffer: alarms,
  DecryptsDiffer: 'docs/reconciliation.md#when-the-alarm-comes',
  ApprovalNotProven: alarms,
  ApprovalNotMinted: alarms,
  EntriesAreLate: alarms,
  EventsSetAside: givenUp,
  BreadthExceeded: alarms,
  VaultKeyPolicyDiffers: 'docs/deploy.md#when-a-release-changes-the-vault-keys-policy',
  DeadlineHalf: alarms,
  DeadlineThreeQuarters: alarms,
  DeadlineWhole: alarms,
  CaseUndecided: alarms,
  EmergencyArrived: `${guide}#told-at-once`,
  EmergencyOverdue: 'docs/cases.md#emergencies',
  NoticesFail: alarms,
  NoticeOverdue: alarms,
  RevealLate: 'docs/cases.md#what-the-log-says-later',
  HoneytokenAsked: 'docs/cases.md#honeytokens',
  KeySuspended: 'docs/registry.md#heeding-other-providers',
  RevocationFeedRefused: alarms,
  RevocationFeedUnread: alarms,
  ApprovedAsAsked: alarms,
  WitnessFailed: witnesses,
  WitnessDisagrees: witnesses,
  WitnessAhead: witnesses,
  Unwitnessed: witnesses,
  RegistryFounded: alarms,
};

/** @param name an alarm's: `SealIsBehind`. One that is not known has the list of all. */
export function alarmRunbook(name: string): string {
  const kind = alarmKind(name);
  return kind === undefined ? alarms : ofAlarms[kind];
}

export const findingRunbook: Record<FindingName, string> = {
  outbox: isItWell,
  log: isItWell,
  witnesses,
  cases: isItWell,
  deadlines: isItWell,
  emergencies: isItWell,
  access: isItWell,
  notices: isItWell,
  keys: `${guide}#agencies-and-their-keys`,
  changes: isItWell,
  'vault-keys': isItWell,
  function: isItWell,
  alarm: alarms,
  stack: isItWell,
  address: isItWell,
  certificate: 'docs/deploy.md#a-custom-domain',
  clock: isItWell,
  version: isItWell,
  policy: `${guide}#change-the-policy`,
  'recorded-code': `${guide}#set-up`,
};
