/**
 * Why an identity event is refused. Codes only: an event's values are what Writ exists to keep.
 *
 * - `event-too-large`, `encoding-invalid`, `json-malformed`: not a short JSON object in UTF-8.
 * - `field-unknown`: a field beyond those of the wire. Content would come in as one (I5).
 * - `field-missing`: `account`, `at`, or one of `ip` with `port` and `phone`.
 * - `account-invalid`: not 1 to 256 characters without control characters.
 * - `at-invalid`, `ip-invalid`, `port-invalid`, `phone-invalid`: not possible as such.
 */
export type EventErrorCode =
  | 'event-too-large'
  | 'encoding-invalid'
  | 'json-malformed'
  | 'field-unknown'
  | 'field-missing'
  | 'account-invalid'
  | 'at-invalid'
  | 'ip-invalid'
  | 'port-invalid'
  | 'phone-invalid';

export class EventError extends Error {
  override name = 'EventError';
  readonly code: EventErrorCode;

  constructor(code: EventErrorCode) {
    super(code);
    this.code = code;
  }
}
