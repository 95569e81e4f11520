/** What Writ's own events on EventBridge are called: functions send them, rules of the stack and of operators match them. */
export const EVENT_SOURCE = 'writ';
export const NOTICE = 'Disclosure notice';
export const ARRIVAL = 'Case arrived';
export type EventName = typeof NOTICE | typeof ARRIVAL;
