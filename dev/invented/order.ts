import { utf8 } from '#core/bytes.ts';
import { digestMember } from '#core/canonical.ts';

/** The order that the n-th invented request rests on: a PDF of one page, whose digest is the one that the request names. */
export function orderOf(n: number): Uint8Array {
  const text = `BT /F1 18 Tf 72 720 Td (An invented order, number ${n}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
  ];
  let body = '%PDF-1.4\n';
  const places = objects.map((object, i) => {
    const place = body.length;
    body += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return place;
  });
  const rows = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`);
  const size = objects.length + 1;
  const end = `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`;
  return utf8(`${body}xref\n0 ${size}\n0000000000 65535 f \n${rows.join('')}${end}`);
}

export const orderDigest = (n: number): string => digestMember(orderOf(n));
