import { sha256 } from '@noble/hashes/sha2.js';
import { toBase64, toHex, utf8 } from '#core/bytes.ts';
import { common, object } from './asked.ts';
import {
  askedOf,
  type CaseFacts,
  type Delivered,
  type DeliveredFile,
  ldid,
  objectId,
  taskIds,
} from './facts.ts';
import { element, type Markup } from './markup.ts';

/**
 * What was collected, as Delivery objects: one a file, in a sequence. Evidence above 25 MB does not go in a message: then one
 * object carries the manifest alone, which says what went by which other way.
 */
export const mostDeliveredBytes = 25_000_000;

export const isTooLarge = ({ files }: Pick<Delivered, 'files'>) =>
  files.reduce((sum, { bytes }) => sum + bytes, 0) > mostDeliveredBytes;

/** The manifest: who sent what to whom, on which order, when and how, file by file. */
export interface DeliveryManifest {
  form: 'writ-delivery-manifest';
  version: 1;
  sender: string;
  recipient: string;
  order: { kind: string; reference: string; digest?: string };
  case: string;
  sentAt: string;
  means: string;
  files: { name: string; type: string; bytes: number; digest: string; algorithm: 'SHA-256' }[];
}

export const manifestId = 'urn:writ:delivery-manifest:1';

export function deliveryManifest(facts: CaseFacts, delivered: Delivered): DeliveryManifest {
  const { view, agency, provider, asked } = facts;
  const digest = 'request' in asked ? asked.request.instrument.digest : undefined;
  return {
    form: 'writ-delivery-manifest',
    version: 1,
    sender: provider.name,
    recipient: agency.name,
    order: {
      kind: askedOf(facts).kind,
      reference: view.reference,
      ...(digest === undefined ? {} : { digest }),
    },
    case: view.id,
    sentAt: delivered.collectedAt,
    means: delivered.means,
    files: delivered.files.map(({ name, type, bytes, sha256: digest }) => ({
      name,
      type,
      bytes,
      digest,
      algorithm: 'SHA-256',
    })),
  };
}

/** Each object with its id, in the order of their sequence numbers. */
export function deliveryObjects(facts: CaseFacts): { id: string; object: Markup }[] {
  const { delivered, view } = facts;
  if (delivered === undefined) return [];
  const bytes = utf8(`${JSON.stringify(deliveryManifest(facts, delivered), null, 2)}\n`);
  const manifest = manifestElement(bytes);
  const deliveryId = objectId('delivery', view.id, toHex(sha256(bytes)));
  const parts: readonly (DeliveredFile | undefined)[] = isTooLarge(delivered) ? [undefined] : delivered.files;
  return parts.map((file, i) => {
    const id = objectId('delivery-part', deliveryId, i);
    return {
      id,
      object: object('delivery', 'DeliveryObject', [
        ...common(id, {
          country: facts.provider.country,
          owner: facts.provider.id,
          associated: taskIds(facts),
        }),
        element('delivery', 'Reference', [element('delivery', 'LDID', ldid(facts))]),
        element('delivery', 'DeliveryID', deliveryId),
        element('delivery', 'SequenceNumber', i + 1),
        element('delivery', 'LastSequence', i === parts.length - 1),
        manifest,
        file?.data === undefined
          ? undefined
          : element('delivery', 'Delivery', [
              element('delivery', 'BinaryData', binary(file.data, file.type, file.sha256)),
            ]),
      ]),
    };
  });
}

function manifestElement(bytes: Uint8Array): Markup {
  return element('delivery', 'Manifest', [
    element('delivery', 'ExternalSchema', [
      element('delivery', 'ManifestID', manifestId),
      element('delivery', 'ManifestContents', [
        element('delivery', 'BinaryData', binary(bytes, 'application/json', toHex(sha256(bytes)))),
      ]),
    ]),
  ]);
}

const binary = (data: Uint8Array, type: string, checksum: string): Markup[] => [
  element('delivery', 'Data', toBase64(data)),
  element('delivery', 'ContentType', type),
  element('delivery', 'Checksum', checksum),
  element('delivery', 'ChecksumType', 'SHA-256'),
];
