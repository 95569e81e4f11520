import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { python } from '#dev/cloud/emulator.ts';

/** Certificates of a test's own, and servers that show them. Made by the emulator's Python: Node makes none. */
export interface Certificate {
  key: string;
  cert: string;
  /** Where the certificate lies: what signed itself is its own authority. */
  file: string;
}

const folder = mkdtempSync(join(tmpdir(), 'writ-certificates-'));
const servers: Server[] = [];
after(() => {
  rmSync(folder, { recursive: true });
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
});

const script = `
import datetime, sys
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
host, days, stem = sys.argv[1], int(sys.argv[2]), sys.argv[3]
key = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, host)])
end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
cert = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    .serial_number(x509.random_serial_number()).not_valid_before(end - datetime.timedelta(days=60)).not_valid_after(end)
    .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).sign(key, hashes.SHA256()))
open(stem + ".key", "wb").write(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
    serialization.NoEncryption()))
open(stem + ".pem", "wb").write(cert.public_bytes(serialization.Encoding.PEM))
`;

let made = 0;

/**
 * A certificate that signed itself.
 *
 * @param days until it expires; negative: since it has
 */
export function selfSigned({ host = 'localhost', days = 30 } = {}): Certificate {
  const stem = join(folder, String(made++));
  execFileSync(python(), ['-c', script, host, String(days), stem], { stdio: 'pipe' });
  const file = `${stem}.pem`;
  return { key: readFileSync(`${stem}.key`, 'utf8'), cert: readFileSync(file, 'utf8'), file };
}

/** An HTTPS server of a test's own, until the test file ends. @returns its address: `https://localhost:<port>` */
export async function serve({ key, cert }: Certificate, listener: RequestListener): Promise<string> {
  const server = createServer({ key, cert }, listener);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, 'localhost', done));
  const { port } = server.address() as AddressInfo;
  return `https://localhost:${port}`;
}
