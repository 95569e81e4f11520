/** Every metric there is. Functions count them, alarms watch them. Counts only: a metric names nobody. */
export type MetricName =
  | 'ApprovalsNotProven'
  | 'Collections'
  | 'DrawersMade'
  | 'EntriesPublished'
  | 'EventsRefused'
  | 'EventsSealed'
  | 'GrantMismatch'
  | 'GrantsMinted'
  | 'GrantsRetired'
  | 'KeysRevoked'
  | 'LogBehind'
  | 'RegistryFounded';

export const METRICS_NAMESPACE = 'Writ';
export const METRICS_SERVICE = 'writ';
