/** Whose order the model's policies take, in which urgency: the rules of lines, as far as its histories ask for them. */
import type { Policy } from '#core/cases/policy.ts';
import type { Priority } from '#core/cases/request.ts';

const calm = 'calm';

/** No access history in an emergency: its one line is for what is routine. */
export const calmOf = (policy: Policy): Policy => ({
  ...policy,
  name: calm,
  categories: {
    ...policy.categories,
    TrafficData: policy.categories.TrafficData.map((line) => ({ ...line, priorities: ['Routine'] })),
  },
});

/** What refuses the access history to a case, whoever orders it. */
export function trafficRefusals({ name, categories }: Policy, priority: Priority): Record<string, boolean> {
  return {
    'category-not-disclosed': categories.TrafficData.length === 0,
    'priority-not-accepted': name === calm && priority === 'Emergency',
  };
}
