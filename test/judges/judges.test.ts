import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { App, Stack, aws_s3 as s3 } from 'aws-cdk-lib';
import { type Resource, type Synthesized, synthesize } from '../lib/synth.ts';
import { type Accepted, accepted } from './accepted.ts';
import {
  absence,
  controlCount,
  type Finding,
  guard,
  type Judge,
  judges,
  lint,
  nag,
  plain,
} from './judges.ts';

/** Both stages, and between them every setting that makes other resources or others' properties. */
const variants = [
  { stage: 'dev' },
  {
    stage: 'prod',
    apiLogs: 'own',
    reserveConcurrency: true,
    authority: 'gateway.example',
    providerKeys: '2 1',
  },
  { stage: 'prod', apiLogs: 'account', trail: 'bucket-of-a-trail/folder', provider: 'Bürgernetz' },
];

const folder = mkdtempSync(join(tmpdir(), 'writ-judges-'));
after(() => rmSync(folder, { recursive: true }));

/** What every judge has to find: a bucket for all the world. */
const planted = { id: 'Planted', properties: { AccessControl: 'PublicRead', BucketNam: 'misspelt' } };

const found = new Map<Judge, readonly Finding[]>();
/** What several variants have with other properties: the template of all has it more than once. */
const repeated = new Set<string>();
const newIn = (judge: Judge, known: readonly Accepted[]) =>
  (found.get(judge) ?? []).filter(
    (finding) => finding.on !== planted.id && !known.some((each) => accepts(each, finding)),
  );

function accepts({ rules, on }: Accepted, finding: Finding): boolean {
  return rules.includes(finding.rule) && on.some((pattern) => isLike(finding.on, pattern));
}

function isLike(text: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => RegExp.escape(part));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}

/**
 * One template with every resource of all variants, each as often as it differs: judges look at resources one by one, and
 * two thirds of three templates are the same.
 */
function union(all: readonly Synthesized[]): Record<string, unknown> {
  const Resources: Record<string, unknown> = {
    [planted.id]: { Type: 'AWS::S3::Bucket', Properties: planted.properties },
  };
  for (const [n, { template }] of all.entries()) {
    for (const [id, resource] of Object.entries<unknown>(template.toJSON().Resources ?? {})) {
      const same = Object.entries(Resources).some(
        ([other, known]) => other.startsWith(id) && JSON.stringify(known) === JSON.stringify(resource),
      );
      if (same) continue;
      if (id in Resources) repeated.add(plain(id));
      Resources[id in Resources ? `${id}Variant${n}` : id] = resource;
    }
  }
  return { ...all[0]?.template.toJSON(), Resources };
}

const typesOf = (all: readonly Synthesized[]) => [
  ...new Set(all.flatMap(({ resources }) => resources.map(({ Type }: Resource) => Type))),
];

before(async () => {
  const all = variants.map((variant) => synthesize(variant));
  const file = join(folder, 'template.json');
  writeFileSync(file, JSON.stringify(union(all)));
  // The linter is a program of its own, and takes longest: it goes first.
  const linting = absence('cfn-lint') === undefined ? lint(file) : undefined;
  linting?.catch(() => {});
  const scratch = new Stack(new App(), 'Scratch');
  new s3.CfnBucket(scratch, planted.id, { accessControl: 'PublicRead' });
  found.set('cdk-nag', [...all.map(({ stack }) => stack), scratch].flatMap(nag));
  if (absence('cfn-guard') === undefined) found.set('cfn-guard', guard(file, typesOf(all)));
  // Two resources with one identity (cfn-lint's E3019) are only a fault where they are of one variant.
  const isOfOne = ({ rule, on }: Finding) => !(rule === 'E3019' && repeated.has(on));
  if (linting !== undefined) found.set('cfn-lint', (await linting).filter(isOfOne));
});

for (const judge of judges) {
  const skip = absence(judge) ?? false;

  test(`${judge} finds nothing in the stack that is not accepted for a reason`, { skip }, (t) => {
    const all = (found.get(judge) ?? []).filter(({ on }) => on !== planted.id);
    const distinct = new Set(all.map(({ rule, on }) => `${rule} on ${on}`));
    const unknown = newIn(judge, accepted[judge]);
    const rules = new Set(all.map(({ rule }) => rule));
    t.diagnostic(
      `${judge}: ${unknown.length} findings that are not accepted, ${distinct.size} that are, of ${rules.size} rules` +
        (judge === 'cfn-guard' ? ` of ${controlCount()}` : ''),
    );
    assert.deepEqual([...new Set(unknown.map(({ rule, on }) => `${rule} on ${on}`))], []);
  });

  test(`${judge} still finds everything that is accepted`, { skip }, () => {
    const all = found.get(judge) ?? [];
    const unused = accepted[judge].flatMap(({ rules, on, because }) =>
      rules
        .flatMap((rule) => on.map((each) => ({ rules: [rule], on: [each], because })))
        .filter((one) => !all.some((finding) => accepts(one, finding))),
    );
    assert.deepEqual(
      unused.map(({ rules, on }) => `${rules.join()} on ${on.join()}`),
      [],
    );
  });

  test(`${judge} finds a bucket that is open to all the world`, { skip }, () => {
    const on = (found.get(judge) ?? []).filter((finding) => finding.on === planted.id);
    assert.notDeepEqual(on, []);
  });
}

test('what is accepted is accepted for a reason', () => {
  for (const { because } of Object.values(accepted).flat()) assert.match(because, /^[A-Z].{30,}[.]$/s);
});
