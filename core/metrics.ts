/** Every metric there is. Functions count them, alarms watch them. Counts only: a metric names nobody. */
export type MetricName =
  | 'ApprovalsNotProven'
  | 'AccountsErased'
  | 'ApprovedAsAsked'
  | 'BreadthExceeded'
  | 'CasesForgotten'
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
  | 'RegistryFounded'
  | 'VaultKeyForgotten'
  | 'VaultKeyPolicyDiffers'
  | 'VaultKeysMade';

export const METRICS_NAMESPACE = 'Writ';
export const METRICS_SERVICE = 'writ';
