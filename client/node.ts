/** What of the SDK needs Node: keys in PEM files, and a provider's backend handing its events over. */
export { EventError, type EventErrorCode, type IdentityEvent } from '#core/events/identity.ts';
export {
  type Put,
  SendError,
  type SendErrorCode,
  type SendOptions,
  type Sent,
  type StreamRecord,
  sendEvents,
} from './events.ts';
export { newEncryptionKey, newSigningKey, privateJwk, publicJwk, signerFromPem } from './keys.ts';
