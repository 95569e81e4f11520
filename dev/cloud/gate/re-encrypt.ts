/**
 * `ReEncrypt`, which the emulator does not have, made of its parts.
 *
 * KMS asks for two permissions, `kms:ReEncryptFrom` on the key of the ciphertext and `kms:ReEncryptTo` on the other,
 * each with that side's encryption context (API reference, "ReEncrypt"). The call goes to the emulator first, only for
 * its check of the signature: it then denies the caller, or says that it does not know the operation. Nothing is
 * decided or done for a caller whom it has not recognised. The plaintext stays in here for as long as it takes.
 */
import { type Facts, type KnownFacts, readCall } from '#dev/cloud/gate/call.ts';
import type { Grant } from '#dev/cloud/gate/decide.ts';
import {
  asAdministrator,
  type Behind,
  deniedTo,
  errorOf,
  factsOf,
  type Incoming,
  passOn,
  type Reply,
  refusal,
} from '#dev/cloud/gate/emulated.ts';
import { denial } from '#dev/cloud/gate/judge.ts';

/** @returns the answer, and the facts of the source's and of the destination's key, for the journal */
export async function reEncrypt(
  behind: Behind,
  call: Incoming,
): Promise<{ reply: Reply; source: Facts; destination: Facts }> {
  const { SourceKeyId, CiphertextBlob, DestinationKeyId } = call.request;
  const [source, destination] = await Promise.all([
    // A key that is named is the one that counts; whether the ciphertext is its, deciphering shows.
    factsOf(
      behind,
      call,
      SourceKeyId === undefined ? { ciphertext: CiphertextBlob } : { keyId: SourceKeyId },
    ),
    factsOf(behind, call, { keyId: DestinationKeyId }),
  ]);
  const first = await passOn(behind, call);
  const { principal } = source;
  const proven = principal !== null && recognised(principal.arn, first);
  return { reply: proven ? await composed(behind, call, source, destination) : first, source, destination };
}

/** Whether the emulator has verified the signature: only after that does it say either. */
function recognised(arn: string, reply: Reply): boolean {
  const error = errorOf(reply);
  const unknown = error?.type === 'InvalidAction' && error.message === 'Unknown action: ReEncrypt';
  return unknown || deniedTo(arn, 'ReEncrypt', reply);
}

async function composed(
  behind: Behind,
  { request, region }: Incoming,
  sourceFacts: Facts,
  destinationFacts: Facts,
): Promise<Reply> {
  const { lag } = behind;
  const { CiphertextBlob, SourceKeyId, DestinationKeyId } = request;
  if (CiphertextBlob === undefined) return missing('CiphertextBlob');
  if (DestinationKeyId === undefined) return missing('DestinationKeyId');
  for (const key of [sourceFacts.key, destinationFacts.key])
    if (key !== null && lag.hidesKey(key.arn)) return notFound(key.arn);
  const source = known(sourceFacts);
  if (source === undefined)
    return SourceKeyId === undefined ? refusal(400, 'InvalidCiphertextException', '') : notFound(SourceKeyId);
  const destination = known(destinationFacts);
  if (destination === undefined) return notFound(DestinationKeyId);

  const from = {
    KeyId: SourceKeyId,
    EncryptionContext: request.SourceEncryptionContext,
    EncryptionAlgorithm: request.SourceEncryptionAlgorithm,
  };
  const to = {
    KeyId: DestinationKeyId,
    EncryptionContext: request.DestinationEncryptionContext,
    EncryptionAlgorithm: request.DestinationEncryptionAlgorithm,
  };
  const sameKey = source.key.arn === destination.key.arn;
  const refused =
    denial(readCall('ReEncryptFrom', from, source, sameKey), source) ??
    denial(readCall('ReEncryptTo', to, destination, sameKey), destination);
  if (refused !== undefined) return refused;

  const administer = (operation: string, members: object) =>
    asAdministrator(behind, region, operation, Buffer.from(JSON.stringify(members)));
  const deciphered = await administer('Decrypt', { ...from, KeyId: source.key.arn, CiphertextBlob });
  if (deciphered.status !== 200) return deciphered;
  const { Plaintext } = JSON.parse(deciphered.body.toString('utf8')) as { Plaintext: string };
  deciphered.body.fill(0);
  const enciphered = await administer('Encrypt', { ...to, KeyId: destination.key.arn, Plaintext });
  if (enciphered.status !== 200) return enciphered;
  if (request.DryRun === true)
    return refusal(400, 'DryRunOperationException', 'The request would have succeeded without DryRun.');
  const made = JSON.parse(enciphered.body.toString('utf8')) as { CiphertextBlob: string };
  return {
    status: 200,
    headers: ['content-type', 'application/x-amz-json-1.1'],
    body: Buffer.from(
      JSON.stringify({
        CiphertextBlob: made.CiphertextBlob,
        SourceKeyId: source.key.arn,
        KeyId: destination.key.arn,
        SourceEncryptionAlgorithm: from.EncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT',
        DestinationEncryptionAlgorithm: to.EncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT',
      }),
    ),
  };
}

function known({ principal, key, grants }: Facts): (KnownFacts & { grants: readonly Grant[] }) | undefined {
  return principal === null || key === null ? undefined : { principal, key, grants };
}

function missing(member: string): Reply {
  return refusal(400, 'ValidationException', `1 validation error detected: ${member} must not be null`);
}

function notFound(key: string): Reply {
  return refusal(400, 'NotFoundException', `Key ${key} not found`);
}
