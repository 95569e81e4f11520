import type { CaseView } from '#core/cases/case.ts';

/** Whether what is approved waits for an enforcing authority, which may still object. */
export function isHeld({ notification }: Pick<CaseView, 'notification'>, now: number): boolean {
  return (
    notification?.waits === true && notification.answer === undefined && now < Date.parse(notification.until)
  );
}
