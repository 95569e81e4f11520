/** Signature Version 4 for the one shape of request the gate makes: a POST of JSON to `/`, without a query. */
import { createHash, createHmac } from 'node:crypto';
import type { Credentials } from '#dev/cloud/emulator.ts';

export function signed(
  request: {
    host: string;
    service: string;
    region: string;
    body: Uint8Array;
    headers: Record<string, string>;
  },
  credentials: Credentials,
  now = new Date(),
): Record<string, string> {
  const date = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `${date.slice(0, 8)}/${request.region}/${request.service}/aws4_request`;
  const headers: Record<string, string> = { ...request.headers, host: request.host, 'x-amz-date': date };
  const names = Object.keys(headers).sort();
  const canonical = [
    'POST',
    '/',
    '',
    ...names.map((name) => `${name}:${headers[name]?.trim()}`),
    '',
    names.join(';'),
    sha256(request.body),
  ].join('\n');
  const key = [date.slice(0, 8), request.region, request.service, 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${credentials.secretAccessKey}`,
  );
  const signature = Buffer.from(hmac(key, ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n')));
  return {
    ...headers,
    authorization:
      `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, ` +
      `SignedHeaders=${names.join(';')}, Signature=${signature.toString('hex')}`,
  };
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
