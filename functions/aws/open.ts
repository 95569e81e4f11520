import type { KeyObject } from 'node:crypto';
import { DecryptCommand } from '@aws-sdk/client-kms';
import { approvedScope } from '#core/cases/acts.ts';
import type { Case, Grant } from '#core/cases/case.ts';
import { CaseError } from '#core/cases/errors.ts';
import type { Period } from '#core/cases/scope.ts';
import type { Opened } from '#core/disclosure/records.ts';
import { heldWithin } from '#core/disclosure/validity.ts';
import { canonicalInstant } from '#core/instant.ts';
import { type Drawer, drawerName } from '#core/vault/drawer.ts';
import { epochBounds } from '#core/vault/epoch.ts';
import { drawerKey, encryptionContext, openRecord } from '#core/vault/seal.ts';
import { kms } from './clients.ts';
import { type Share, type StoredDrawer, sealedRecords, shareOf } from './vault.ts';

/**
 * Opens what a case's grants open, within its approved period: one `kms:Decrypt` a drawer, whatever the number of
 * records in it.
 *
 * @throws CaseError grant-missing when KMS refuses; then nothing of the case is returned
 */
export async function openDrawers(it: Case): Promise<Opened[]> {
  const scope = approvedScope(it);
  const opened: Opened[] = [];
  const keys = new Map<Grant, Promise<KeyObject>>();
  for (const index of scope.subjects) {
    for (const holder of it.subjects[index] ?? []) {
      const share = await shareOf(holder, scope);
      for (const drawer of share?.drawers ?? []) {
        const grant = grantFor(it, drawer);
        // A drawer that came to be after the grants were minted has none: it stays shut.
        if (share === undefined || grant === undefined) continue;
        const key = keys.get(grant) ?? unwrap(drawer, grant);
        keys.set(grant, key);
        opened.push(...(await openDrawer(index, drawer, await key, share)));
      }
    }
  }
  return opened;
}

function grantFor(it: Case, drawer: Drawer): Grant | undefined {
  return it.grants?.find((grant) => drawerName(grant) === drawerName(drawer));
}

async function openDrawer(
  index: number,
  { subject, kind, epoch }: Drawer,
  key: KeyObject,
  { period, numbers }: Share,
): Promise<Opened[]> {
  const drawer = { subject, kind, epoch };
  const opened: Opened[] = [];
  for await (const { at, id, sealed } of sealedRecords(drawer, spanIn(drawer, period))) {
    const record = openRecord({ ...drawer, at, id }, key, sealed);
    if (record.kind === 'access') {
      opened.push({ subject: index, kind: 'access', at, ip: record.ip, port: record.port });
      continue;
    }
    const validity = numbers.find((v) => v.from === at);
    if (validity === undefined || !heldWithin(validity, period)) continue;
    const until = validity.to === undefined ? {} : { validTo: validity.to };
    opened.push({ subject: index, kind: 'phone', phone: record.phone, validFrom: at, ...until });
  }
  return opened;
}

/** Where in a drawer the period's records lie. A number lies where it was set, maybe long before it was asked for. */
function spanIn(drawer: Drawer, period: Period): Period {
  const epoch = epochBounds(drawer.epoch);
  if (drawer.kind === 'phone') return epoch;
  const [from, to] = [canonicalInstant(period.from), canonicalInstant(period.to)];
  return { from: from > epoch.from ? from : epoch.from, to: to < epoch.to ? to : epoch.to };
}

async function unwrap(drawer: StoredDrawer, grant: Grant): Promise<KeyObject> {
  try {
    const { Plaintext } = await kms.send(
      new DecryptCommand({
        KeyId: drawer.keyId,
        CiphertextBlob: drawer.wrappedKey,
        EncryptionContext: encryptionContext(drawer),
        GrantTokens: [grant.token],
      }),
    );
    if (Plaintext === undefined) throw new Error('KMS gave no plaintext');
    const key = drawerKey(Plaintext);
    Plaintext.fill(0);
    return key;
  } catch (error) {
    if (error instanceof Error && error.name === 'AccessDeniedException')
      throw new CaseError('grant-missing');
    throw error;
  }
}
