/** Whether CloudTrail hands EventBridge what somebody changes: it does where a trail logs management events that write. */

/** A trail as CloudTrail tells of it, by the parts that matter. */
export interface LiveTrail {
  name: string;
  isLogging: boolean;
  selectors: readonly {
    ReadWriteType?: string | undefined;
    IncludeManagementEvents?: boolean | undefined;
    ExcludeManagementEventSources?: readonly string[] | undefined;
  }[];
  advancedSelectors: readonly { FieldSelectors?: readonly FieldSelector[] | undefined }[];
}

interface FieldSelector {
  Field?: string | undefined;
  Equals?: readonly string[] | undefined;
  NotEquals?: readonly string[] | undefined;
}

/** Whether calls that change something reach EventBridge by this trail: KMS's too, which a trail may leave out. */
export function logsChanges({ isLogging, selectors, advancedSelectors }: LiveTrail): boolean {
  const bySelector = selectors.some(
    ({ ReadWriteType = 'All', IncludeManagementEvents = true, ExcludeManagementEventSources = [] }) =>
      IncludeManagementEvents &&
      ReadWriteType !== 'ReadOnly' &&
      !ExcludeManagementEventSources.includes('kms.amazonaws.com'),
  );
  // AWS CloudTrail API Reference, AdvancedFieldSelector: without `readOnly` both, `eventSource` only for leaving out.
  const byAdvanced = advancedSelectors.some(({ FieldSelectors = [] }) => {
    const of = (name: string) => FieldSelectors.filter(({ Field }) => Field === name);
    return (
      of('eventCategory').some(({ Equals = [] }) => Equals.includes('Management')) &&
      of('readOnly').every(({ Equals = ['false'] }) => Equals.includes('false')) &&
      of('eventSource').every(({ NotEquals = [] }) => !NotEquals.includes('kms.amazonaws.com'))
    );
  });
  return isLogging && (bySelector || byAdvanced);
}
