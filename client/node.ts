/** The part of the SDK that needs Node: keys in PEM files, and sending a provider's identity events. */
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
