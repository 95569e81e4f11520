import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { z } from 'zod';
import { FormError } from '#client/epoc/form.ts';
import { readOrderForm } from '#client/epoc/read.ts';
import { exportCase } from '#client/etsi/export.ts';
import { utf8 } from '#core/bytes.ts';
import { statuses } from '#core/cases/case.ts';
import { cleanEnvironment, home, python } from '#dev/cloud/emulator.ts';
import { delivered, factsOf, request } from '../../client/etsi/cases.ts';

/**
 * What is exported, judged by ETSI's own schemas and a validator of somebody else's (xmlschema). ETSI's files do not come into
 * this repository: they lie beside it (`../shared/etsi`), or where WRIT_ETSI says, and without them these are skipped.
 */
const folder = resolve(home, process.env.WRIT_ETSI ?? '../shared/etsi');
const schemas = join(folder, 'schema');
const skip = existsSync(join(schemas, 'ts_103120_Core.xsd'))
  ? false
  : 'ETSI’s schemas of TS 103 120 are not here: WRIT_ETSI names their folder';

const dir = mkdtempSync(join(tmpdir(), 'writ-etsi-'));
after(() => rmSync(dir, { recursive: true }));

const judged = z.object({ file: z.string(), faults: z.array(z.string()) });

/** What the validator finds, message by message. */
async function faultsOf(files: readonly string[]): Promise<Record<string, string[]>> {
  const { stdout } = await promisify(execFile)(
    python(),
    [
      join(import.meta.dirname, 'validate.py'),
      schemas,
      join(home, 'client/etsi/writ-parameters.xsd'),
      ...files,
    ],
    { env: cleanEnvironment() },
  );
  const lines = stdout.trim().split('\n');
  return Object.fromEntries(
    lines.map((line) => {
      const { file, faults } = judged.parse(JSON.parse(line));
      return [file, faults];
    }),
  );
}

function written(messages: readonly { name: string; xml: string }[], of: string): string[] {
  return messages.map(({ name, xml }) => {
    const file = join(dir, `${of}-${name}`);
    writeFileSync(file, xml);
    return file;
  });
}

test('every message that is exported is valid by ETSI’s schemas', { skip }, async () => {
  const order = { name: 'order.pdf', type: 'application/pdf', bytes: utf8('%PDF the order') };
  const { notice: _, notification: _n, amends: _a, preservations: _p, order: _o, ...bare } = request;
  const routine = { ...bare, priority: 'Routine' as const, subjects: request.subjects.slice(0, 1) };
  const scope = { subjects: [0, 1], categories: request.categories, period: request.period };
  const asked = {
    view: {
      id: 'x',
      requestDigest: request.instrument.digest,
      asked: scope,
      instrument: 'NationalOrder',
      jurisdiction: 'DE',
      authoriserRole: 'PublicProsecutor' as const,
      preservations: [],
    },
  };
  const parts = delivered({ 'disclosure.json': '{}', 'records.csv': 'a,b\n' });
  const large = { ...parts, files: parts.files.map((file) => ({ ...file, bytes: 20_000_000 })) };
  const files = [
    ...statuses.flatMap((status) =>
      written(exportCase(factsOf(request, { status, reason: 'not-held' })), status),
    ),
    ...written(exportCase(factsOf(routine, {}, { order })), 'routine'),
    ...written(exportCase(factsOf(request, {}, { asked })), 'asked'),
    ...written(
      exportCase(
        factsOf(request, {
          status: 'AwaitingDisclosure',
          withheld: [{ subjects: [1], ground: 'not-proportionate' }],
          debts: { dueAt: '2026-11-22T10:00:00.000Z', owed: ['authorisation'] },
        }),
      ),
      'withheld',
    ),
    ...written(exportCase(factsOf(request, { status: 'Disclosed' }, { delivered: parts })), 'delivered'),
    ...written(exportCase(factsOf(request, { status: 'Disclosed' }, { delivered: large })), 'large'),
  ];
  const faults = await faultsOf(files);
  assert.equal(Object.keys(faults).length, files.length);
  assert.ok(files.some((file) => file.endsWith('withheld-refusal.xml')));
  for (const [file, found] of Object.entries(faults)) assert.deepEqual(found, [], file);
});

test('the validator sees each sort of fault that an export could have', { skip }, async () => {
  const messages = exportCase(factsOf(request, { status: 'Rejected', reason: 'not-held' }));
  const xmlOf = (name: string) => messages.find((each) => each.name === name)?.xml ?? '';
  const wrong: [name: string, xml: string][] = [
    // An order of elements that the schema does not have.
    [
      'moved',
      xmlOf('asked.xml').replace(
        /(<auth:AuthorisationReference>.*\n)\s*(<auth:AuthorisationLegalType>[\s\S]*?<\/auth:AuthorisationLegalType>\n)/,
        '$2$1',
      ),
    ],
    [
      'time',
      xmlOf('asked.xml').replace('<task:StartTime>2026-09-01T00:00:00Z', '<task:StartTime>2026-09-01'),
    ],
    ['type', xmlOf('asked.xml').replace('"task:LDTaskObject"', '"task:LPTaskObject"')],
    ['own', xmlOf('refusal.xml').replace(/<writ:Status>[\s\S]*?<\/writ:Status>/, '')],
    ['base64', xmlOf('refusal.xml').replace('<doc:Contents>', '<doc:Contents>!')],
    [
      'namespace',
      xmlOf('status.xml')
        .replace('<task:Status>', '<auth:Status>')
        .replace('</task:Status>', '</auth:Status>'),
    ],
  ];
  const files = written(
    wrong.map(([name, xml]) => ({ name: `${name}.xml`, xml })),
    'wrong',
  );
  for (const [file, found] of Object.entries(await faultsOf(files))) assert.notDeepEqual(found, [], file);
});

test('ETSI’s own examples are read, and end with what they are', { skip }, async () => {
  const read = Object.fromEntries(
    globSync('examples/*.xml', { cwd: folder })
      .sort()
      .map((file) => {
        try {
          const { form, said } = readOrderForm(readFileSync(join(folder, file)));
          const refused = said.filter(({ kind }) => kind === 'refused').map(({ code }) => code);
          return [file, [form.formId, ...refused]];
        } catch (error) {
          assert.ok(error instanceof FormError, file);
          return [file, error.code];
        }
      }),
  );
  assert.deepEqual(read, {
    // Answers, questions and deliveries are no orders.
    'examples/error.xml': 'form-unknown',
    'examples/request2.xml': 'form-unknown',
    'examples/request5-XML-Delivery.xml': 'form-unknown',
    'examples/response1.xml': 'form-unknown',
    'examples/response2.xml': 'form-unknown',
    'examples/ldtask.xml': ['W000001', 'category-unknown'],
    'examples/request1.xml': ['W000001', 'interception'],
  });
});

test('the words that are taken for ETSI’s are in its dictionaries', { skip }, async () => {
  const text = readFileSync(join(folder, 'dictionaries/ts_103120_ETSIDictionaryDefinitions.xml'), 'utf8');
  const listed = new Set(
    [...text.matchAll(/<Dictionary>[\s\S]*?<\/Dictionary>/g)].flatMap(([dictionary]) => {
      const name = /<Name>(.*?)<\/Name>/.exec(dictionary)?.[1];
      return [...dictionary.matchAll(/<Value>(.*?)<\/Value>/g)].map(([, value]) => `${name} ${value}`);
    }),
  );
  const messages = statuses.flatMap((status) => exportCase(factsOf(request, { status })));
  const used = messages.flatMap(({ xml }) =>
    [
      ...xml.matchAll(
        /<common:Owner>ETSI<\/common:Owner>\s*<common:Name>(.*?)<\/common:Name>\s*<common:Value>(.*?)<\/common:Value>/g,
      ),
    ].map(([, name, value]) => `${name} ${value}`),
  );
  assert.ok(used.length > statuses.length);
  assert.deepEqual(
    [...new Set(used)].filter((entry) => !listed.has(entry)),
    [],
  );
});
