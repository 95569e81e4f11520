/** Every metric there is. Functions count them, alarms watch them. Counts only: a metric names nobody. */
export type MetricName =
  | 'ApprovalsNotMinted'
  | 'ApprovalsNotProven'
  | 'AccountsErased'
  | 'ApprovedAsAsked'
  | 'BreadthExceeded'
  | 'CasesArrived'
  | 'CasesForgotten'
  | 'CasesUndecided'
  | 'CheckpointsUnwitnessed'
  | 'Collections'
  | 'DeadlinesPassed'
  | 'HoneytokensAsked'
  | 'DecryptsDiffer'
  | 'EpochKeysMade'
  | 'EpochKeysPreserved'
  | 'EmergenciesOverdue'
  | 'EntriesConflicting'
  | 'EntriesLate'
  | 'EntriesMalformed'
  | 'EntriesPublished'
  | 'ErrorsUnforeseen'
  | 'EventsHeldBack'
  | 'EventsRefused'
  | 'EventsSealed'
  | 'EventsSetAside'
  | 'GrantMismatch'
  | 'GrantsMinted'
  | 'GrantsRetired'
  | 'KeysRevoked'
  | 'KeysSuspended'
  | 'LogBehind'
  | 'LogUnwitnessed'
  | 'MintingsFailed'
  | 'NoticesFailed'
  | 'NoticesOverdue'
  | 'NoticesSent'
  | 'RecordsUnproven'
  | 'RegistryFounded'
  | 'RevealsLate'
  | 'RevocationFeedsRefused'
  | 'RevocationFeedsUnread'
  | 'VaultKeyForgotten'
  | 'VaultKeyPolicyDiffers'
  | 'VaultKeysMade'
  | 'WitnessesAhead'
  | 'WitnessesDisagreeing'
  | 'WitnessesFailing';

/**
 * Those that are counted by a reason. CloudWatch keeps each reason as a metric of its own and makes no total: an alarm
 * without a reason hears nothing of these. `seal` counts a total beside the reasons.
 */
export type ReasonedMetric = 'CasesArrived' | 'DeadlinesPassed' | 'EventsRefused';
export type PlainMetric = Exclude<MetricName, 'CasesArrived' | 'DeadlinesPassed'>;

export const METRICS_NAMESPACE = 'Writ';
export const METRICS_SERVICE = 'writ';
