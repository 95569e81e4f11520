/** Every metric there is. Functions count them, alarms watch them. Counts only: a metric names nobody. */
export type MetricName =
  | 'ApprovalsNotProven'
  | 'AccountsErased'
  | 'ApprovedAsAsked'
  | 'BreadthExceeded'
  | 'Collections'
  | 'DeadlinesPassed'
  | 'HoneytokensAsked'
  | 'DecryptsDiffer'
  | 'EpochKeysMade'
  | 'EpochKeysPreserved'
  | 'EmergenciesOverdue'
  | 'EntriesMalformed'
  | 'EntriesPublished'
  | 'EventsHeldBack'
  | 'EventsRefused'
  | 'EventsSealed'
  | 'GrantMismatch'
  | 'GrantsMinted'
  | 'GrantsRetired'
  | 'KeysRevoked'
  | 'LogBehind'
  | 'NoticesFailed'
  | 'NoticesOverdue'
  | 'NoticesSent'
  | 'RecordsUnproven'
  | 'RegistryFounded'
  | 'VaultKeyForgotten'
  | 'VaultKeyPolicyDiffers'
  | 'VaultKeysMade';

export const METRICS_NAMESPACE = 'Writ';
export const METRICS_SERVICE = 'writ';
