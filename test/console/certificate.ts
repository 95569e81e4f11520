import { subtle } from 'node:crypto';
import { certificate } from '../client/order/material.ts';

const serverAuthentication = '1.3.6.1.5.5.7.3.1';

let made: Promise<{ cert: Buffer; key: Buffer }> | undefined;

/** A certificate for `localhost` that nobody vouches for, one a process: the harness has its browser take it. */
export function ownCertificate(): Promise<{ cert: Buffer; key: Buffer }> {
  made ??= make();
  return made;
}

async function make(): Promise<{ cert: Buffer; key: Buffer }> {
  const { der, keys } = await certificate({ name: 'localhost', purposes: [serverAuthentication] });
  const key = new Uint8Array(await subtle.exportKey('pkcs8', keys.privateKey));
  return { cert: pem('CERTIFICATE', der), key: pem('PRIVATE KEY', key) };
}

function pem(label: string, der: Uint8Array): Buffer {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return Buffer.from(`-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`);
}
