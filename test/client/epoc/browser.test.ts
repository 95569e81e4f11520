import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build } from 'esbuild';
import { home } from '#dev/cloud/emulator.ts';
import { forBrowsers } from '#lib/browser.ts';

/** What a page imports a form with, and exports a case with. */

test('forms are read, and messages written, without anything of Node’s', async () => {
  const { metafile } = await build({
    ...forBrowsers,
    absWorkingDir: home,
    entryPoints: ['client/epoc/read.ts', 'client/epoc/drafts.ts', 'client/etsi/export.ts'],
    outdir: 'out',
    write: false,
    metafile: true,
  });
  const inputs = Object.keys(metafile.inputs);
  assert.ok(inputs.includes('client/order/xml-reader.ts'));
  // Nor of the command, nor what checks seals.
  assert.deepEqual(
    inputs.filter((input) => /^client\/cli\/|xmldsigjs|pkijs|^node:/.test(input)),
    [],
  );
});
