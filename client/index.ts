/**
 * The SDK: what an agency, a reviewer or an auditor does with a provider's Writ, in Node and in browsers. Every answer is
 * verified before it is returned. docs/sdk.md has examples. Keys in files, and sending identity events, are in `writ/node`.
 */

export { jsonDigest } from '#core/canonical.ts';
export type { AskedView, CaseLine, CaseView, Status } from '#core/cases/case.ts';
export type { CaseFile } from '#core/cases/case-file.ts';
export type { Answer, Question } from '#core/cases/messages.ts';
export type { PreservationRequest, PreservationView } from '#core/cases/preservation.ts';
export type { Decision, Delay, Request, Suspension, Telling, Validation } from '#core/cases/request.ts';
export type { Scope } from '#core/cases/scope.ts';
export type { DisclosedRecord } from '#core/categories/categories.ts';
export type { DisclosurePackage } from '#core/disclosure/package.ts';
export { LogError, type LogErrorCode } from '#core/log/errors.ts';
export { formatVerifierKey, parseVerifierKey, type VerifierKey } from '#core/log/note.ts';
export type { ChangeDecision, Proposal } from '#core/registry/change.ts';
export type { AgencyView, Terms } from '#core/registry/terms.ts';
export { SignatureError, type SignatureErrorCode } from '#core/signature/errors.ts';
export { importPublicKey, type VerificationKey } from '#core/signature/keys.ts';
export type { SignatureAlgorithm } from '#core/signature/profile.ts';
export type { CallToSign, SignatureFields, Signer } from '#core/signature/sign.ts';
export { allRoutes as routes } from '#core/wire/routes.ts';
export {
  type CollectOptions,
  collect,
  collectAll,
  collectOnce,
  type Decrypter,
  type DecryptionKey,
  type Disclosure,
  delayNotice,
  eachPreservation,
  eachRequest,
  extendPreservation,
  followPreservation,
  followRequest,
  giveInformation,
  handInOrder,
  listPreservationPage,
  listRequestPage,
  openDisclosure,
  openExplanation,
  type PackageForm,
  type PreservationPage,
  preserveData,
  type RequestPage,
  showAgency,
  showAsked,
  submitRequest,
  tellPerson,
  validateRequest,
  withdrawRequest,
  writeToDesk,
} from './agency.ts';
export {
  answerNotification,
  eachNotification,
  listNotificationPage,
  type NotificationPage,
  showNotification,
} from './authority.ts';
export {
  ExchangeError,
  type ExchangeErrorCode,
  type Problem,
  type ProblemCode,
  RefusedError,
  type UnreachableReason,
} from './errors.ts';
export { openSession, perform, prepare, type Session, send } from './exchange.ts';
export { type Proof, type ProofFault, proveDisclosure } from './log/prove.ts';
export { fetchProvider, type ProviderDocument } from './provider.ts';
export { type RecipientView, showRecipient } from './recipient.ts';
export {
  type ChangeView,
  decideChange,
  eachChange,
  eachKey,
  type KeyView,
  listChanges,
  type PersonView,
  proposeChange,
  revokeKey,
  showChange,
  showKey,
  showPerson,
} from './registry.ts';
export type { Repeat, Waiting } from './retry.ts';
export {
  addNote,
  askInformation,
  claimReview,
  decideReview,
  eachReview,
  fetchCaseFile,
  fetchOrder,
  listReviewPage,
  listReviews,
  type Review,
  type ReviewLine,
  type ReviewPage,
  showReview,
  suspendReview,
  writeToAgency,
} from './reviewer.ts';
export { callOf, type RouteCall } from './route-call.ts';
export type { Answered, Prepared } from './transport.ts';
export {
  generateEncryptionKey,
  generateSigningKey,
  type KeyPair,
  publicPart,
  signerFromCryptoKey,
} from './webcrypto.ts';
