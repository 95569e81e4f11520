import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { digestMember } from '#core/canonical.ts';
import { CODE_METADATA, codeDigest, deployedCode } from '#core/code-digest.ts';
import { pageNames, pages } from '#core/wire/console.ts';
import { mostPackedBytes, pageSizes } from '#dev/console-sizes.ts';
import { type ConsoleFile, consoleFiles, pageDigest, pageFiles } from '#lib/console.ts';
import { ofType, statementsOf, synthesize } from './synth.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
for (const name of pageNames) {
  const [page, ...loaded] = pageFiles(name);
  const html = new TextDecoder().decode(page?.bytes);
  describe(`the page ${name} as it is served`, () => {
    test('is one page, and each file that it loads has a name of its content', () => {
      assert.equal(page?.name, pages[name].file);
      assert.deepEqual(
        loaded.map(({ name }) => name.replace(/-.*\./, '.')),
        [
          'favicon.svg',
          `${name}.css`,
          `${name}.js`,
          'de.js',
          'fr.js',
          ...(name === 'portal' ? ['forms.js'] : []),
          'licences.txt',
        ],
      );
      for (const file of loaded) {
        const hash = createHash('sha256').update(file.bytes).digest('hex').slice(0, 16);
        assert.equal(/-(.*)\./.exec(file.name)?.[1], hash, file.name);
      }
    });

    test('its page loads nothing from elsewhere, and holds neither program nor style', () => {
      const addresses = [...html.matchAll(/\s(?:src|href|action|data|poster|srcset)=(\S+?)[\s>]/g)];
      assert.deepEqual(
        addresses.map(([, address]) => address),
        // The feed is no file of the page: a reader of feeds finds it there.
        [
          ...loaded.map(({ name }) => `"/v1/console/${name}"`),
          ...(name === 'site' ? ['"/v1/log/feed"'] : []),
        ],
      );
      // A digest in base64 may hold anything.
      const plain = html.replaceAll(/ integrity="[^"]*"/g, '');
      assert.doesNotMatch(plain, /https?:|\/\/[a-z]|<style|\son\w+=|\sstyle=|javascript:|http-equiv/i);
      assert.deepEqual(
        [...html.matchAll(/<script\b[^>]*>([^<]*)<\/script>/g)].map(([, inside]) => inside),
        [''],
      );
    });

    test('its page says of script and style which bytes they are', () => {
      const tags = [...html.matchAll(/<(?:script|link)\b[^>]*>/g)].map(([tag]) => tag);
      for (const file of loaded.filter((each) => /\.(?:js|css)$/.test(each.name))) {
        const integrity = `sha384-${createHash('sha384').update(file.bytes).digest('base64')}`;
        const tag = tags.find((text) => text.includes(file.name));
        assert.ok(tag?.includes(`integrity="${integrity}"`), tag);
      }
    });

    test('its script imports what the page names, the words of a language among it, and no other file; its style asks for none', () => {
      const text = (ending: string) =>
        new TextDecoder().decode(loaded.find(({ name }) => name.endsWith(ending))?.bytes);
      for (const file of loaded.filter((each) => each.name.endsWith('.js'))) {
        const script = new TextDecoder().decode(file.bytes);
        assert.doesNotMatch(
          script,
          /\bimport\s*["'{*]|\bnew (?:Shared)?Worker\b|sourceMappingURL/,
          file.name,
        );
        // What it imports is in a variable, and comes from one place: console/loaded.ts.
        const imports = [...script.matchAll(/\bimport\s*\(([^)]*)\)/g)].map(([, what]) => what);
        assert.equal(imports.length, file.name.startsWith(`${name}-`) ? 1 : 0, file.name);
        assert.ok(
          imports.every((what) => /^\w+$/.test(what ?? '')),
          file.name,
        );
      }
      assert.doesNotMatch(text('.css'), /@import|url\(|sourceMappingURL/);
    });

    test('says which packages are in it, and under which licence', () => {
      assert.match(licencesIn(loaded), /^preact\n\nThe MIT License/m);
    });

    test('the budget holds: script and style are at most as large with gzip as it says', () => {
      const counted = pageSizes(name).filter(({ isCounted }) => isCounted);
      assert.equal(counted.length, 2);
      const sum = counted.reduce((bytes, { packed }) => bytes + packed, 0);
      assert.ok(sum > 1_000 && sum <= mostPackedBytes[name], `${sum} bytes`);
    });
  });
}

describe('the pages as they are made', () => {
  test('the same sources give the same bytes, in whichever folder they lie', () => {
    const dir = mkdtempSync(join(tmpdir(), 'writ-console-'));
    try {
      for (const name of [
        'console',
        'client',
        'core',
        'lib',
        'package.json',
        'package-lock.json',
        'tsconfig.json',
      ])
        cpSync(join(root, name), join(dir, name), { recursive: true });
      installIn(join(dir, 'node_modules'));
      const script = `const { bundlePage } = await import('#lib/console.ts');
        const { codeDigest } = await import('#core/code-digest.ts');
        const { pageNames } = await import('#core/wire/console.ts');
        process.stdout.write(pageNames.map((page) => codeDigest(bundlePage(page))).join(' '));`;
      const there = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
        cwd: dir,
        encoding: 'utf8',
      });
      assert.equal(there, pageNames.map(pageDigest).join(' '));
    } finally {
      rmSync(dir, { recursive: true });
    }
  });

  test('another byte, and another name, is another digest', () => {
    const files = new Map(pageFiles('desk').map(({ name, bytes }) => [name, bytes]));
    assert.equal(codeDigest(files), pageDigest('desk'));
    for (const [name, bytes] of files) {
      const changed = Uint8Array.from(bytes);
      changed[0] = (changed[0] ?? 0) ^ 1;
      assert.notEqual(codeDigest(new Map([...files, [name, changed]])), pageDigest('desk'), name);
    }
  });
});

/** The packages that are bundled, as npm would install them; all others as links, and nothing kept of earlier bundles. */
function installIn(modules: string): void {
  const bundled = pageNames.flatMap((name) => {
    const text = licencesIn(pageFiles(name));
    const [, ...listed] = text.split(/^-{80}$/m);
    return [text.split('\n\n')[1], ...listed.map((each) => each.trim().split('\n')[0])];
  });
  const from = join(root, 'node_modules');
  const names = readdirSync(from).filter((name) => !name.startsWith('.'));
  for (const name of names.flatMap((each) => (each.startsWith('@') ? scoped(each) : [each]))) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    if (bundled.includes(name)) cpSync(join(from, name), join(modules, name), { recursive: true });
    else symlinkSync(join(from, name), join(modules, name));
  }
}

const scoped = (scope: string) =>
  readdirSync(join(root, 'node_modules', scope)).map((name) => `${scope}/${name}`);

const licencesIn = (files: readonly ConsoleFile[]) => new TextDecoder().decode(files.at(-1)?.bytes);

const metadata = z.looseObject({ Metadata: z.looseObject({ [CODE_METADATA]: deployedCode }) });

for (const stage of ['dev', 'prod']) {
  const { resources, template } = synthesize({ stage });

  test(`the function of the console has no right but to write its own log, and is told nothing (${stage})`, () => {
    const [fn] = ofType(resources, 'AWS::Lambda::Function').filter(({ id }) => id.startsWith('Console'));
    assert.equal(fn?.Properties.Environment, undefined);
    const role = JSON.stringify({ 'Fn::GetAtt': ['ConsoleRole', 'Arn'] });
    assert.equal(JSON.stringify(fn?.Properties.Role), role);
    const [made] = ofType(resources, 'AWS::IAM::Role').filter(({ id }) => id === 'ConsoleRole');
    assert.deepEqual([made?.Properties.ManagedPolicyArns, made?.Properties.Policies], [undefined, undefined]);
    const statements = ofType(resources, 'AWS::IAM::Policy')
      .filter(({ Properties }) => JSON.stringify(Properties.Roles).includes('"ConsoleRole"'))
      .flatMap(({ Properties }) => statementsOf(Properties.PolicyDocument));
    assert.deepEqual(
      statements.map(({ Action }) => Action),
      [['logs:CreateLogStream', 'logs:PutLogEvents']],
    );
    assert.match(JSON.stringify(statements[0]?.Resource), /"ConsoleLog[^"]*","Arn"/);
    // And no resource of another service names it: no key, no bucket, no queue.
    for (const { id, Type, Properties } of resources)
      if (Type !== 'AWS::Lambda::Function' && Type !== 'AWS::IAM::Policy')
        assert.ok(!JSON.stringify(Properties).includes(role), id);
  });

  test(`I4: what is deployed beside its code is what the log has of the deployment (${stage})`, () => {
    const all: object = template.findResources('AWS::Lambda::Function');
    const said = Object.values(all)
      .map((each) => metadata.parse(each).Metadata[CODE_METADATA])
      .find(({ file }) => file === 'console');
    assert.deepEqual(
      Object.keys(said?.digests ?? {}).sort(),
      [...consoleFiles().map(({ name }) => name), 'index.mjs'].sort(),
    );
    for (const { name, bytes } of consoleFiles())
      assert.equal(said?.digests[name], digestMember(bytes), name);
    const [recorded] = ofType(resources, 'Custom::WritDeployment');
    const { console: desk, portal, site } = recorded?.Properties ?? {};
    assert.deepEqual([desk, portal, site], pageNames.map(pageDigest));
  });
}

test('every file of ours is checked by one of the two projects, wherever types are checked', () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  assert.match(scripts.check ?? '', /tsc && tsc -p console/);
  assert.match(readFileSync(join(root, 'dev/test.ts'), 'utf8'), /'typescript\/bin\/tsc', '-p', 'console'/);
  const checked = new Set(['.', 'console'].flatMap(filesOfProject));
  const ours = globSync('{bin,lib,functions,core,client,console,dev,test,bench}/**/*.{ts,tsx}', {
    cwd: root,
  });
  assert.deepEqual(
    // Of two files that differ in the x alone, the list has one; the other is checked where it is imported.
    ours.filter((file) => !checked.has(file) && !checked.has(file.replace(/x$/, ''))),
    [],
  );
});

/** What the compiler says that a project has. */
function filesOfProject(project: string): string[] {
  const text = execFileSync(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', project, '--showConfig'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  const { files } = z.object({ files: z.array(z.string()) }).parse(JSON.parse(text));
  return files.map((file) => join(project, file));
}
