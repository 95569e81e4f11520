/** Each example asks, follows and collects on the running stack, by the very commands of examples/README.md. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { z } from 'zod';
import { canonicalJson, jsonDigest } from '#core/canonical.ts';
import { caseView } from '#core/cases/case.ts';
import { requestSchema } from '#core/cases/request.ts';
import { parseIdentityEvent } from '#core/events/identity.ts';
import { home, python } from '#dev/cloud/emulator.ts';
import type { World } from '#dev/world.ts';
import { writProgram } from '#dev/writ.ts';
import { needs, programs } from '../examples/programs.ts';
import { ingest, newAccount, theWorld } from '../harness.ts';

const page = readFileSync(join(home, 'examples/README.md'), 'utf8');
const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, commands = '']) => commands);
const [settings = '', request = '', languages = '', ...steps] = blocks;

/** What `npm` and `npx` would look for in the folder that they are called in, which here is a test's own. */
const ours = `
set -euo pipefail
npm() { printf '%s\\n' "$@" >.writ/npm; }
npx() { shift; '${process.execPath}' '${writProgram}' "$@"; }
`;
const mark = '<end of a step>';

describe('the commands of examples/README.md', { concurrency: 2 }, () => {
  const scratch = mkdtempSync(join(tmpdir(), 'writ-examples-'));
  let world: World;
  before(async () => {
    world = await theWorld();
  });
  after(() => rmSync(scratch, { recursive: true }));

  test('are these steps', () => {
    assert.deepEqual(
      languages
        .trim()
        .split('\n')
        .map((line) => /examples\/(\w+)/.exec(line)?.[1]),
      programs.map(({ name }) => name),
    );
    assert.deepEqual(
      steps.map((step) => /\bwrit (ask|call|follow|collect|log prove) /.exec(step)?.[1]),
      ['ask', 'call', 'follow', 'collect', 'log prove'],
    );
  });

  for (const [i, program] of programs.entries()) {
    const skip = program.skip || needs('bash', ['--version'], /bash/) || needs('jq', ['--version'], /jq/);
    test(`ask, follow and collect in ${program.name}`, { skip }, async () => {
      const folder = join(scratch, program.name);
      const own = (name: string) => join(folder, '.writ', name);
      mkdirSync(own(''), { recursive: true });
      copyFileSync(join(world.cloud.stateDir, 'local.json'), own('local.json'));
      symlinkSync(join(home, 'examples'), join(folder, 'examples'));
      const account = newAccount();
      const reference = `T-${account}`;
      const bash = async (...scripts: string[]) => {
        const script = [ours, settings, ...scripts].join('\n');
        return promisify(execFile)(
          'bash',
          ['-c', script.replaceAll('alice', account).replaceAll('GS-4711/26', reference)],
          {
            cwd: folder,
            env: { ...process.env, PATH: [dirname(python()), process.env.PATH].join(delimiter) },
          },
        );
      };

      await bash(request);
      const read = (name: string) => readFileSync(own(name), 'utf8');
      assert.deepEqual(read('npm').trim().split('\n'), ['run', 'ingest', '--', own('events.jsonl')]);
      const events = read('events.jsonl').trim().split('\n');
      await ingest(
        world,
        events.map((line) => parseIdentityEvent(Buffer.from(line))),
      );

      const writ = languages.split('\n')[i] ?? '';
      const unknown = `writ follow ${crypto.randomUUID()} 2>&1 || echo "exit code $?"`;
      const { stdout, stderr } = await bash(writ, ...steps.map((step) => `${step}\necho '${mark}'`), unknown);
      const [asked, approved, followed = '', collected, proven = '', refused = ''] = stdout.split(
        `${mark}\n`,
      );

      assert.equal(asked, '');
      const its = caseView.parse(JSON.parse(read('case.json')));
      assert.equal(its.reference, reference);
      assert.equal(its.status, 'AwaitingApproval');
      assert.equal(its.requestDigest, jsonDigest(requestSchema.parse(JSON.parse(read('request.json')))));
      assert.equal(approved, '');
      const decided = caseView.parse(JSON.parse(followed));
      assert.deepEqual([decided.id, decided.status], [its.id, 'AwaitingDisclosure']);
      const given = z.object({ at: z.string(), ip: z.string(), port: z.int() });
      assert.equal(
        collected,
        events
          .map((line) => ({ ...given.parse(JSON.parse(line)), subject: 0, category: 'TrafficData' }))
          .map((record) => `${canonicalJson(record)}\n`)
          .join(''),
      );
      assert.match(proven, /The log announced this disclosure before it was made\./);
      // What a proven key is refused is signed as well.
      assert.match(refused, /^404, verified\n\{.*"not-found".*\}\n?(?:exit status 1\n)?exit code 1\n$/s);
      assert.doesNotMatch(stderr, /not verified|not yet/);
    });
  }
});
