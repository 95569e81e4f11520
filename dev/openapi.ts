import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { openApi } from '#core/wire/openapi.ts';
import { apiPage } from '#core/wire/page.ts';
import { home } from './cloud/emulator.ts';

const help = `npm run openapi

Writes docs/openapi.json and docs/api.md from core/wire. A test fails where they are not what this writes.
`;

if (process.argv.includes('--help')) {
  process.stdout.write(help);
} else {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')));
  writeFileSync(join(home, 'docs/openapi.json'), `${JSON.stringify(openApi(version), undefined, 1)}\n`);
  writeFileSync(join(home, 'docs/api.md'), apiPage(version));
  process.stdout.write('docs/openapi.json and docs/api.md are written\n');
}
