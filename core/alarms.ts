/** Every alarm there is: `lib/alarms.ts` makes them, and operators are told by their names what to do. */
export const ownAlarms = [
  'DeadLetters',
  'DeadLettersWait',
  'ApiFails',
  'OutboxMalformed',
  'OutboxConflicts',
  'RecordUnproven',
  'Unforeseen',
  'LogIsBehind',
  'LogUnwitnessed',
  'GrantsDiffer',
  'DecryptsDiffer',
  'ApprovalNotProven',
  'ApprovalNotMinted',
  'EntriesAreLate',
  'EventsSetAside',
  'BreadthExceeded',
  'VaultKeyPolicyDiffers',
  'DeadlineHalf',
  'DeadlineThreeQuarters',
  'DeadlineWhole',
  'CaseUndecided',
  'EmergencyArrived',
  'EmergencyOverdue',
  'NoticesFail',
  'NoticeOverdue',
  'RevealLate',
  'HoneytokenAsked',
  'KeySuspended',
  'RevocationFeedRefused',
  'RevocationFeedUnread',
  'ApprovedAsAsked',
  'RegistryFounded',
  'WitnessFailed',
  'WitnessDisagrees',
  'WitnessAhead',
  'Unwitnessed',
] as const;
export type OwnAlarm = (typeof ownAlarms)[number];

/** Those that functions have, each by its own name: `SealIsBehind`. */
export const functionAlarms = ['Fails', 'IsThrottled', 'IsBehind'] as const;
export type FunctionAlarm = (typeof functionAlarms)[number];

export type AlarmName = OwnAlarm | `${string}${FunctionAlarm}`;

/** What an alarm is called in docs/operator.md: its own name, or the end of it that all functions have. */
export function alarmKind(name: string): OwnAlarm | FunctionAlarm | undefined {
  return ownAlarms.find((own) => own === name) ?? functionAlarms.find((end) => name.endsWith(end));
}
