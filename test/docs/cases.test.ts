/** docs/cases.md, held to the code: its tables, its lists, its examples, its picture. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { addressedSchema } from '#client/notice/letter.ts';
import { deadlineParts, obligationNames, statuses } from '#core/cases/case.ts';
import { claimSchema } from '#core/cases/claiming.ts';
import { answerSchema, informationNeeded, noteSchema, questionSchema } from '#core/cases/messages.ts';
import { noticeFileSchema } from '#core/cases/notice-file.ts';
import { noticeModes } from '#core/cases/notice-modes.ts';
import { policySchema } from '#core/cases/policy.ts';
import { preservationStatuses } from '#core/cases/preservation.ts';
import {
  decisionSchema,
  delayReasons,
  delaySchema,
  grounds,
  requestSchema,
  suspensionSchema,
  tellingSchema,
  threats,
  validationSchema,
} from '#core/cases/request.ts';
import { type Act, acts, transitions } from '#core/cases/transitions.ts';
import { categories } from '#core/categories/categories.ts';
import { kinds } from '#core/log/kinds.ts';
import { proposalSchema } from '#core/registry/change.ts';
import { routeList } from '#core/wire/routes.ts';

const home = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(home, file), 'utf8');
const doc = read('docs/cases.md');

/** The rows of the one table with these first columns, cell by cell. */
function table(...head: string[]): string[][] {
  const title = `| ${head.join(' | ')} |`;
  const [, after = '', ...more] = doc.split(title);
  assert.deepEqual([more.length, after === ''], [0, false], `one table ${title}`);
  const [, ...lines] = after.slice(after.indexOf('\n') + 1).split('\n');
  const end = lines.findIndex((line) => !line.startsWith('|'));
  return lines.slice(0, end).map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim()),
  );
}

const files = ['eu-e-evidence', 'minimal'] as const;
const policies = files.map((name) => policySchema.parse(JSON.parse(read(`policy/${name}.json`))));

/** What a cell has in code, in order. */
const codes = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
const firsts = (rows: string[][]) => rows.flatMap(([cell]) => codes(cell));

describe('docs/cases.md has the state machine as it is', () => {
  const rows = table('act', 'who', 'from', 'to', 'entry', 'cf.');

  test('every act has one row, with the statuses that it is done in and leads to', () => {
    assert.deepEqual(firsts(rows), [...acts]);
    for (const [act, , from, to] of rows) {
      const transition = transitions[codes(act)[0] as Act];
      const said = from === 'any' ? statuses : codes(from);
      assert.deepEqual(said.toSorted(), transition.from.toSorted(), act);
      if (transition.to === 'same') assert.equal(to, 'as it was', act);
      else assert.deepEqual(codes(to).sort(), transition.to.toSorted(), act);
    }
  });

  test('every entry of a row is one that its act’s file makes', () => {
    const known: string[] = kinds;
    const files = readdirSync(join(home, 'core/cases')).filter((file) => file.endsWith('.ts'));
    const sources = files.map((file) => read(`core/cases/${file}`));
    for (const [act, , , , entry] of rows) {
      const [kind = ''] = codes(entry);
      assert.ok(known.includes(kind), kind);
      assert.ok(
        sources.some((source) => source.includes(`'${codes(act)[0]}'`) && source.includes(`kind: '${kind}'`)),
        `${act}: ${kind}`,
      );
    }
  });

  test('the picture shows what changes a status, and nothing else', () => {
    const arrows = [...doc.matchAll(/^ {2}(\w+) --> (\w+): (.+)$/gm)].flatMap(([, from, to, names = '']) =>
      names.split(', ').map((act) => ({ from, to, act })),
    );
    assert.ok(doc.includes('[*] --> AwaitingApproval: request\n'));
    for (const act of acts) {
      const { from, to } = transitions[act];
      const shown = arrows.filter((arrow) => arrow.act === act);
      if (to === 'same') {
        assert.deepEqual(shown, [], act);
        continue;
      }
      assert.deepEqual([...new Set(shown.map((each) => each.from))].sort(), from.toSorted(), act);
      assert.deepEqual([...new Set(shown.map((each) => each.to))].sort(), to.toSorted(), act);
    }
    for (const { act } of arrows) assert.ok((acts as readonly string[]).includes(act), act);
  });

  test('every status has its row, in the design’s order', () => {
    assert.deepEqual(firsts(table('status', 'object', 'means', 'for the Regulation, cf.')), [...statuses]);
  });
});

describe('docs/cases.md names what can be said', () => {
  test('every ground, obligation, part of a deadline and status of a preservation has its row', () => {
    assert.deepEqual(firsts(table('ground', 'when', 'Reg. cf.')), [...grounds]);
    assert.deepEqual(firsts(table('obligation', 'who fulfils it', 'how')), [...obligationNames]);
    assert.deepEqual(firsts(table('about', 'when', 'Reg. cf.')), [...informationNeeded]);
    assert.deepEqual(firsts(table('part', 'alarm')), [...deadlineParts]);
    assert.deepEqual(firsts(table('status', 'means')), [...preservationStatuses]);
  });

  test('every threat, and every reason to tell the person later', () => {
    const named = (start: string) => {
      const at = doc.indexOf(start);
      assert.notEqual(at, -1, start);
      return codes(doc.slice(at, doc.indexOf('.', at)).replace(' or `', ', `'));
    };
    assert.deepEqual(named('is for an imminent threat to'), [...threats]);
    assert.deepEqual(named('has an end and a reason: '), [...delayReasons]);
  });

  test('every kind of change, here and in docs/registry.md', () => {
    const kinds = proposalSchema.options.map(({ shape }) => shape.kind.value as string).sort();
    assert.deepEqual(firsts(table('change', 'for cases')).sort(), kinds);
    const shown = [...read('docs/registry.md').matchAll(/^\{ "kind": "([a-z-]+)"/gm)].map(([, kind]) => kind);
    assert.deepEqual(shown.sort(), kinds);
  });

  test('every route of cases, and no other', () => {
    const routes = routeList
      .map(({ method, path }) => `${method} /v1${path}`)
      .filter((text) => /\/v1\/(requests|preservations|notifications|reviews)\b/.test(text));
    assert.ok(routes.length > 10);
    assert.deepEqual(firsts(table('method and path', 'who', 'body', 'answer')).sort(), routes.sort());
  });

  test('every alarm of the desk is one that is deployed', () => {
    const alarms = read('lib/alarms.ts');
    for (const [part, alarm] of table('part', 'alarm')) {
      const name = codes(alarm)[0] ?? '';
      const line = new RegExp(`^ *'?${codes(part)[0]}'?: \\[\\s*'${name}'`, 'm');
      assert.match(alarms, line, name);
    }
    assert.ok(alarms.includes("'HoneytokenAsked'") && doc.includes('`HoneytokenAsked`'));
  });
});

describe('docs/cases.md has the policy as it is', () => {
  const rows = table('field', 'what it says', '`eu-e-evidence`', '`minimal`');

  /** The fields of a schema by their paths; what is a list of values is a field, what is a list of lines is many. */
  function fields(schema: z.core.$ZodType, path: string): string[] {
    if (schema instanceof z.ZodOptional) return fields(schema.unwrap(), path);
    if (schema instanceof z.ZodRecord)
      return fields(schema.valueType, `${path}.<${path === 'roles' ? 'role' : 'jurisdiction'}>`);
    if (schema instanceof z.ZodArray && schema.element instanceof z.ZodObject)
      return fields(schema.element, `${path}[]`);
    if (!(schema instanceof z.ZodObject)) return [path];
    return Object.entries(schema.shape).flatMap(([name, inner]) =>
      fields(
        inner as z.core.$ZodType,
        [path, (categories as readonly string[]).includes(name) ? '<category>' : name]
          .filter(Boolean)
          .join('.'),
      ),
    );
  }

  test('every field of the schema has one row, and no other has', () => {
    const all = [...new Set(fields(policySchema, ''))];
    assert.ok(all.length > 30);
    assert.deepEqual(firsts(rows).sort(), all.sort());
  });

  test('both shipped policies say what their column says', () => {
    for (const [i, policy] of policies.entries()) {
      assert.equal(policy.name, files[i]);
      for (const row of rows) {
        const [field = ''] = codes(row[0]);
        const cell = row[2 + i] ?? '';
        if (field.startsWith('categories')) {
          assert.equal(cell, 'below');
          continue;
        }
        // Lines, which the text tells.
        if (field.startsWith('notice.by')) {
          assert.equal(cell, 'below');
          continue;
        }
        if (field.startsWith('offences')) {
          const laws = Object.keys(policy.offences);
          assert.equal(cell, laws.length === 0 ? 'none' : `for ${laws.join(', ')}`, field);
          continue;
        }
        if (field.endsWith('source')) continue;
        if (field.startsWith('sources') || field.startsWith('roles')) {
          const [name] = field.split(/[.[]/);
          const of = name === 'roles' ? Object.keys(policy.roles ?? {}) : (policy.sources ?? []);
          assert.equal(cell, of.length === 0 ? '–' : `${of.length} ${name}`, field);
          continue;
        }
        const value = field
          .replaceAll('[]', '')
          .split('.')
          .reduce<unknown>(
            (each, name) => z.record(z.string(), z.unknown()).safeParse(each).data?.[name],
            policy,
          );
        if (field === 'calendar.holidays.dates' && Array.isArray(value))
          assert.equal(cell, `${value.length} days`, field);
        else if (Array.isArray(value) && value.length > 0) assert.deepEqual(codes(cell), value, field);
        else assert.equal(cell, Array.isArray(value) ? 'none' : textOf(value), field);
      }
    }
  });

  /** What is not said is –; a term is so many days or hours. */
  function textOf(value: unknown): string {
    if (value === undefined) return '–';
    if (typeof value !== 'object' || value === null) return String(value);
    return Object.entries(value)
      .map(([unit, n]) => `${n} ${unit}`)
      .join(' ');
  }

  test('the lines of both are the rows of their table', () => {
    const lines = table(
      'policy',
      'category',
      'instruments',
      'authorisers',
      'priorities',
      'notified',
      'offence',
    ).map(([policy, category, instruments, authorisers, priorities, notified, offence]) => ({
      policy: codes(policy)[0],
      category: codes(category)[0],
      instruments: codes(instruments),
      authorisers: codes(authorisers),
      priorities: priorities === 'both' ? undefined : codes(priorities),
      notified: notified === 'yes' ? true : undefined,
      offence,
    }));
    const shipped = policies.flatMap(({ name, categories: of }) =>
      categories.flatMap((category) =>
        of[category].map(({ source: _, ...line }) => ({
          policy: name,
          category,
          priorities: undefined,
          notified: undefined,
          ...line,
        })),
      ),
    );
    // A line with jurisdictions would not be told whole: none has any, as the text says. Sources are in docs/policies.
    assert.deepEqual(lines, shipped);
  });
});

describe('docs/cases.md shows what is taken and given', () => {
  const blocks = [...doc.matchAll(/<!-- ([a-z]+) -->\n```json\n([\s\S]*?)\n```/g)].map(
    ([, name = '', text = '']) => ({ name, value: JSON.parse(text) as unknown }),
  );
  const taken = {
    request: requestSchema,
    decision: decisionSchema,
    suspension: suspensionSchema,
    validation: validationSchema,
    delay: delaySchema,
    telling: tellingSchema,
    claim: claimSchema,
    note: noteSchema,
    question: questionSchema,
    answer: answerSchema,
  };
  const isTaken = (name: string): name is keyof typeof taken => Object.hasOwn(taken, name);
  const given = (name: string) => blocks.find((block) => block.name === name)?.value;

  test('every example of a body is one that its route takes', () => {
    for (const { name, value } of blocks.filter((block) => isTaken(block.name))) {
      assert.ok(isTaken(name));
      const { error } = taken[name].safeParse(value);
      assert.equal(error, undefined, `${name}: ${error?.message}`);
    }
    assert.deepEqual(
      [...new Set(blocks.map(({ name }) => name))].sort(),
      [...Object.keys(taken), 'addressed', 'notice'].sort(),
    );
  });

  /** The names of an object literal's members in a source, nested ones by their paths. */
  const members = (value: unknown): string[] =>
    z.record(z.string(), z.unknown()).safeParse(value).success
      ? Object.entries(value as object).flatMap(([name, inner]) => [
          name,
          ...members(inner).map((member) => `${name}.${member}`),
        ])
      : [];

  test('the notice has the members that are sent', () => {
    // Without what a comment or a text says.
    const source = read('core/cases/notice.ts').replace(/\/\/.*|`[^`]*`|'[^']*'/g, "''");
    const [, literal = ''] =
      /=> \(\{([\s\S]*?)\}\)\);/.exec(source.slice(source.indexOf('function noticesOf('))) ?? [];
    const sent = [...`{${literal}}`.matchAll(/(?<=[{,]\s*(?:''\s*)?)(\w+)(?=\s*[:,}])/g)].map(
      ([, name]) => name,
    );
    assert.ok(sent.length > 10);
    // Of a scope's period the source has the name alone.
    const shown = members(given('notice')).filter((member) => !/period\./.test(member));
    assert.deepEqual(shown.map((text) => text.split('.').at(-1)).sort(), sent.sort());
  });

  test('whom it is for has the members that are answered', () => {
    // What the command for letters takes, and no more.
    const read = addressedSchema.safeParse(given('addressed'));
    assert.deepEqual(read.error, undefined);
    assert.deepEqual(members(read.data).sort(), members(given('addressed')).sort());
    const [shown] = read.data?.subjects ?? [];
    assert.deepEqual(Object.keys(noticeFileSchema.shape).sort(), Object.keys(shown?.file ?? {}).sort());
  });

  test('who tells the person by the shipped policies is as the text says', () => {
    const by = policies.map(({ notice }) => notice.by?.map(({ instruments, who }) => ({ instruments, who })));
    assert.deepEqual(by, [[{ instruments: ['EPOC'], who: 'authority' }], undefined]);
    assert.ok(
      doc.includes('`eu-e-evidence` has one line: of an `EPOC` the `authority` tells. `minimal` has none.'),
    );
    assert.deepEqual(firsts(table('who', 'the law, for example', 'what Writ does')), [...noticeModes]);
  });
});

test('its links lead somewhere, and those that lead here', () => {
  const anchors = (file: string) =>
    [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
  for (const file of ['docs/cases.md', 'docs/errors.md', 'docs/registry.md', 'docs/deploy.md']) {
    for (const [, target = '', anchor] of read(file).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)) {
      const to = target === '' ? file : join(dirname(file), target);
      assert.ok(existsSync(join(home, to)), `${file}: ${target}`);
      if (anchor !== undefined) assert.ok(anchors(to).includes(anchor), `${file}: ${target}#${anchor}`);
    }
  }
});
