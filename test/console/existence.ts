import { kindOf } from '#core/categories/categories.ts';
import type { IdentityEvent } from '#core/events/identity.ts';
import type { ReviewPorts } from '#core/gateway/reviews.ts';

/** What there is of people, worked out from the events themselves: a vault would take a minute to seal them. */
export function existenceOf(events: readonly IdentityEvent[]) {
  const accounts = new Map<string, string>();
  const of = new Map<string, IdentityEvent[]>();
  for (const event of events) {
    accounts.set(event.account, event.account);
    if (event.kind === 'phone') accounts.set(event.phone, event.account);
    if (event.kind === 'username') accounts.set(event.username, event.account);
    of.set(event.account, [...(of.get(event.account) ?? []), event]);
  }
  const resolve = async ({ value }: { value: string }) => {
    const account = accounts.get(value);
    return account === undefined ? [] : [{ subject: account }];
  };
  const whatExists: ReviewPorts['whatExists'] = async ({ asked, subjects }) =>
    asked.subjects.flatMap((subject) =>
      asked.categories.map((category) => {
        const found = (subjects[subject] ?? [])
          .flatMap((one) => of.get(one.subject) ?? [])
          .filter(({ kind, at }) => kind === kindOf[category] && at < asked.period.to)
          .filter(({ kind, at }) => kind === 'phone' || at >= asked.period.from);
        const epochs = [...new Set(found.map(({ at }) => at.slice(0, 'YYYY-MM'.length)))].sort();
        return { subject, category, epochs, records: found.length };
      }),
    );
  return { resolve, whatExists };
}
