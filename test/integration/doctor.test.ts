import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPublicKey, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get as plainGet } from 'node:http';
import { get, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DeleteRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms';
import { GetFunctionCommand, UpdateFunctionCodeCommand } from '@aws-sdk/client-lambda';
import { GetCommand, PutCommand, QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { findingNames, findingStates } from '#client/health/finding.ts';
import { healthPage } from '#client/health/page.ts';
import { newSigningKey, publicJwk, signerFromPem } from '#client/keys.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import { roleOf } from '#dev/as.ts';
import { python } from '#dev/cloud/emulator.ts';
import { enrol, type World } from '#dev/world.ts';
import { writ } from '#dev/writ.ts';
import { selfSigned, serve } from '../client/cli/certificates.ts';
import { ago, asFunction, awsErrorOf, lacks, theWorld } from '../harness.ts';
import { formsOf } from '../invariants/scanner.ts';
import { scan } from '../invariants/tools.ts';

/** An archive with a file more, which nothing runs. */
const addFile = `import io, sys, zipfile
archive = io.BytesIO(sys.stdin.buffer.read())
with zipfile.ZipFile(archive, 'a') as files: files.writestr('by-hand.txt', '1')
sys.stdout.buffer.write(archive.getvalue())`;

function bytesAt(url: URL, ca: Buffer): Promise<Buffer> {
  return new Promise((done, fail) => {
    const asked = url.protocol === 'http:' ? plainGet(url) : get(url, { ca });
    asked.once('response', (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.once('end', () => done(Buffer.concat(parts)));
    });
    asked.once('error', fail);
  });
}

/** `writ doctor` before the running stack. */
const folder = mkdtempSync(join(tmpdir(), 'writ-doctor-'));
after(() => rmSync(folder, { recursive: true }));

const told = z.object({
  checks: z.array(
    z.object({ name: z.string(), state: z.string(), message: z.string(), next: z.string().optional() }),
  ),
});

describe('writ doctor', { concurrency: 2 }, () => {
  let world: World;
  before(async () => {
    world = await theWorld();
  });

  async function doctor(...args: string[]) {
    const { credentials, caFile } = world.cloud;
    const { code, out, err } = await writ(['doctor', '--json', ...args], {
      XDG_CONFIG_HOME: folder,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      NODE_EXTRA_CA_CERTS: caFile,
    });
    assert.equal(err, '');
    const { checks } = told.parse(JSON.parse(out));
    const of = (name: string) =>
      checks.filter((check) => check.name === name).map((check) => `${check.state}: ${check.message}`);
    return { code, checks, of };
  }

  interface Whose {
    role: 'agency' | 'reviewer';
    file: string;
    encryptionFile?: string;
    /** The provider's keys as pinned, if they are others than it has. */
    keys?: object[];
  }

  /** A profile of `writ` by the keys in files. */
  function profile({ role, file, encryptionFile, keys = world.provider.keys }: Whose): string {
    const name = `p-${randomUUID()}`;
    const publicKey = (of: string) => createPublicKey(readFileSync(of, 'utf8')).export({ format: 'jwk' });
    const { keyId } = signerFromPem(readFileSync(file, 'utf8'));
    const { cloud, provider } = world;
    const encryption =
      encryptionFile === undefined
        ? {}
        : {
            encryption: {
              file: encryptionFile,
              publicKey: publicKey(encryptionFile),
              keyId: importPublicKey(publicKey(encryptionFile)).thumbprint,
            },
          };
    const of = {
      v: 1,
      role,
      signing: { at: 'file', file, publicKey: publicKey(file), keyId },
      ...encryption,
      provider: {
        url: cloud.url,
        name: provider.name,
        caFile: cloud.caFile,
        keys,
        logKey: provider.log?.verifierKey,
      },
    };
    mkdirSync(join(folder, 'writ', name), { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, 'writ', name, 'profile.json'), JSON.stringify(of));
    return name;
  }

  /** A key in a file, and its public part. */
  function newKey(): { file: string; publicPem: string; keyId: string } {
    const { privatePem, publicPem } = newSigningKey();
    const file = join(folder, `${randomUUID()}.pem`);
    writeFileSync(file, privatePem, { mode: 0o600 });
    return { file, publicPem, keyId: signerFromPem(privatePem).keyId };
  }

  const ownReviewer = () => profile({ role: 'reviewer', file: world.reviewers[0]?.privateKeyFile ?? '' });

  test('an agency’s and a reviewer’s profile are well, and it ends with 0', async () => {
    const { privateKeyFile: file, encryptionKeyFile: encryptionFile } = world.agency;
    for (const name of [profile({ role: 'agency', file, encryptionFile }), ownReviewer()]) {
      const { code, checks, of } = await doctor('--profile', name);
      assert.deepEqual(
        checks.filter(({ state }) => state !== 'ok'),
        [],
      );
      assert.equal(code, 0);
      assert.match(of('key').join(), /^ok: enrolled and active/);
      assert.match(of('log').join(), /^ok: .*, \d+ entries, signed by its key; the last is of /);
      assert.equal(of('authority').join(), `ok: ${world.cloud.authority}`);
    }
  });

  test('a key is told to be not enrolled, cooling, or of another role', async () => {
    const said = async (role: Whose['role'], file: string) => {
      const { code, of } = await doctor('--profile', profile({ role, file }));
      assert.equal(code, 1);
      return of('key').join();
    };
    assert.match(
      await said('reviewer', newKey().file),
      /^wrong: not enrolled here; or it is, .*\(signature-invalid\)$/,
    );
    const cooling = newKey();
    const { publicPem: publicKey } = cooling;
    const reviewer = { holder: `reviewer-${randomUUID()}`, publicKey, activeFrom: ago(-1) };
    await enrol(world.reviewers, { kind: 'reviewer', reviewer });
    assert.match(
      await said('reviewer', cooling.file),
      /^wrong: enrolled, and not active yet \(key-cooling\)$/,
    );
    assert.match(
      await said('reviewer', world.agency.privateKeyFile),
      /^wrong: enrolled, and not as a reviewer’s \(key-role\)$/,
    );
  });

  test('an answer under another key than was compared is not believed, and both keys are told', async () => {
    const stranger = newSigningKey();
    const { privateKeyFile: file = '' } = world.reviewers[0] ?? {};
    const { code, of } = await doctor(
      '--profile',
      profile({ role: 'reviewer', file, keys: [publicJwk(stranger.privatePem)] }),
    );
    assert.equal(code, 1);
    assert.match(
      of('provider-keys').join(),
      /^wrong: the provider signs with a key that this profile does not know/,
    );
    assert.match(of('key').join(), /^wrong: .*\(answer-not-verified\)$/);
  });

  test('behind another address than the stack verifies for, it says so: by what is published, refused and deployed', async () => {
    const { cloud } = world;
    const certificate = selfSigned({ days: 50 });
    const ca = readFileSync(cloud.caFile);
    const front = await serve(certificate, (asked, answer) => {
      const headers = { ...asked.headers, host: cloud.authority };
      const onward = request(`${cloud.url}${asked.url}`, { method: asked.method, headers, ca }, (came) => {
        answer.writeHead(came.statusCode ?? 502, came.headers);
        came.pipe(answer);
      });
      asked.pipe(onward);
    });
    const { host } = new URL(front);
    const { code, of } = await doctor(
      ...['--profile', ownReviewer(), '--url', front, '--ca', certificate.file],
      ...['--stack', 'Writ', '--region', cloud.region, '--endpoint', cloud.endpoint],
    );
    assert.equal(code, 1);
    assert.match(
      of('authority').join(),
      new RegExp(`^wrong: the provider verifies signatures for ${cloud.authority}, and callers of ${host} `),
    );
    assert.match(of('key').join(), /^wrong: .*it verifies for another address than .*\(signature-invalid\)$/);
    assert.match(
      of('deployed-authority').join(),
      new RegExp(`^wrong: the stack verifies signatures for ${cloud.authority}, and callers of ${host} `),
    );
  });

  const stack = () => {
    const { cloud } = world;
    const where = ['--region', cloud.region, '--endpoint', cloud.endpoint];
    return doctor('--url', cloud.url, '--ca', cloud.caFile, '--stack', 'Writ', ...where);
  };

  test('a right that was added to a role by hand is found, and is gone when it is taken back', async () => {
    const { aws, outputs } = world;
    const arn = await roleOf(aws, outputs.ReportFunctionName);
    const RoleName = arn.slice(arn.lastIndexOf('/') + 1);
    const PolicyName = `by-hand-${randomUUID()}`;
    // Other tests lend themselves roles' trust.
    const found = async () => {
      const { code, of } = await stack();
      const rights = of('iam').filter((text) => !text.includes('): trust: '));
      return { code, of, rights: rights.filter((right) => right.includes('ReportRole')) };
    };
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }],
    });
    await aws.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
    try {
      const { code, rights } = await found();
      assert.deepEqual(rights, [
        `wrong: ReportRole (${RoleName}): policy ${PolicyName} was added by hand (Allow s3:ListAllMyBuckets on *)`,
      ]);
      assert.equal(code, 1);
    } finally {
      await aws.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
    }
    const { of, rights } = await found();
    assert.deepEqual(rights, []);
    assert.match(of('stack').join(), /^ok: Writ, (?:CREATE|UPDATE)_COMPLETE, \d+ resources$/);
    assert.match(
      of('functions').join(),
      /^ok: \d+ functions have the role and the environment of the template$/,
    );
    assert.deepEqual(of('deployed-policy'), ['ok: the one that is published']);
    assert.deepEqual(of('deployed-authority'), [`ok: ${world.cloud.authority}`]);
  });

  test('code that somebody exchanged by hand is found, and the trail’s absence is told', async () => {
    const { aws, outputs } = world;
    const FunctionName = outputs.OperateFunctionName;
    const { Code } = await aws.lambda.send(new GetFunctionCommand({ FunctionName }));
    const { protocol, host } = new URL(world.cloud.endpoint);
    const address = Object.assign(new URL(Code?.Location ?? ''), { protocol, host });
    const before = await bytesAt(address, readFileSync(world.cloud.caFile));
    const { stdout: after } = spawnSync(python(), ['-c', addFile], { input: before, maxBuffer: 2 ** 26 });
    await aws.lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: after }));
    try {
      const { code, of } = await stack();
      assert.equal(code, 1);
      assert.deepEqual(
        of('code').map((text) => text.replace(/Operate[0-9A-F]{8}/, 'Operate')),
        ['wrong: Operate: its file by-hand.txt was added'],
      );
      assert.match(of('trail').join(), /^ok: deployed with trail=none: no trail logs what is changed/);
    } finally {
      await aws.lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: before }));
    }
    const { of } = await stack();
    // Other tests record deployments of code that never was.
    assert.match(
      of('code').join(),
      /^(?:ok: all functions run the code|wrong: .* runs, and the log’s newest)/,
    );
  });

  test('a key of the vault that has another policy than it may have is found', async () => {
    const { aws, cloud, outputs } = world;
    const root = { AWS: `arn:aws:iam::${cloud.accountId}:root` };
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: root, Action: 'kms:*', Resource: '*' },
        {
          Effect: 'Allow',
          Principal: { AWS: await roleOf(aws, outputs.CollectFunctionName) },
          Action: 'kms:Decrypt',
          Resource: '*',
        },
      ],
    });
    const Tags = [{ TagKey: 'writ', TagValue: 'vault' }];
    const { KeyMetadata } = await aws.kms.send(new CreateKeyCommand({ Policy, Tags }));
    const { Arn: KeyId } = KeyMetadata ?? {};
    try {
      assert.ok(
        (await stack())
          .of('vault-keys')
          .includes(`wrong: ${KeyId} has another policy than a vault key may have`),
      );
    } finally {
      await aws.kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    }
    const after = (await stack()).of('vault-keys');
    assert.ok(!after.some((text) => text.includes(KeyId ?? '')), after.join('\n'));
  });
});

describe('writ operate health', { concurrency: 2 }, () => {
  let world: World;
  before(async () => {
    world = await theWorld();
  });

  const answered = z.object({
    at: z.string(),
    findings: z.array(
      z.object({
        name: z.enum(findingNames),
        state: z.enum(findingStates),
        message: z.string(),
        next: z.string().optional(),
        runbook: z.string(),
      }),
    ),
  });

  test('reads all of it with an operator’s credentials, and has nothing in it of whom a desk deals with', async () => {
    const { credentials, caFile, region, endpoint } = world.cloud;
    const { code, out, err } = await writ(
      ['operate', 'health', '--json', '--region', region, '--endpoint', endpoint],
      {
        XDG_CONFIG_HOME: folder,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        NODE_EXTRA_CA_CERTS: caFile,
      },
    );
    assert.equal(err, '');
    const { at, findings } = answered.parse(JSON.parse(out));
    assert.deepEqual(
      findings.filter(({ state }) => state === 'unread'),
      [],
    );
    // What other tests bring about may have to be acted on.
    assert.ok([0, 1].includes(code), String(code));
    const shown = new Set(findings.map(({ name }) => name));
    // The function is told of only where it cannot be asked.
    assert.deepEqual(
      findingNames.filter((name) => !shown.has(name)),
      ['function'],
    );
    const page = healthPage({ stack: 'Writ', at, findings, everyMs: 30_000 });
    const values = new Set<string>();
    for (const TableName of [world.outputs.CasesTableName, world.outputs.RegistryTableName])
      for await (const item of scan(world, { TableName }))
        for (const name of ['id', 'keyId', 'holder', 'agency', 'askedBy', 'requestDigest'])
          if (typeof item[name] === 'string' && item[name].length > 5) values.add(item[name]);
    assert.ok(values.size > 5);
    for (const value of values)
      for (const form of formsOf(value))
        assert.ok(!out.includes(form) && !page.includes(form), `a value of a table: ${value}`);
  });

  test('its function’s role has items counted, and can read, write and open none', async (t) => {
    const missing = lacks(world.cloud, 'iam');
    if (missing) return t.skip(missing);
    const { dynamo } = await asFunction(world, 'Health');
    const { CasesTableName, EntriesTableName, VaultTableName } = world.outputs;
    const waiting = {
      TableName: CasesTableName,
      IndexName: 'byStatus',
      KeyConditionExpression: '#status = :status',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':status': 'AwaitingApproval' },
    };
    const counting = await dynamo.send(new QueryCommand({ ...waiting, Select: 'COUNT' }));
    assert.ok((counting.Count ?? 0) >= 0);
    assert.equal(counting.Items, undefined);
    const key = { pk: `case#${randomUUID()}` };
    const written = {
      TableName: EntriesTableName,
      IndexName: 'written',
      KeyConditionExpression: 'written = :span',
      ExpressionAttributeValues: { ':span': '2026-11-24T09:4' },
    };
    const attempts = {
      'reading cases': () => dynamo.send(new QueryCommand(waiting)),
      'reading one attribute of cases': () =>
        dynamo.send(new QueryCommand({ ...waiting, ProjectionExpression: 'request' })),
      'reading their ids': () => dynamo.send(new QueryCommand({ ...waiting, ProjectionExpression: 'pk' })),
      'counting by agency': () =>
        dynamo.send(
          new QueryCommand({
            ...waiting,
            IndexName: 'byAgency',
            ExpressionAttributeNames: { '#status': 'agency' },
            Select: 'COUNT',
          }),
        ),
      'reading a case': () => dynamo.send(new GetCommand({ TableName: CasesTableName, Key: key })),
      'looking through cases': () =>
        dynamo.send(new ScanCommand({ TableName: CasesTableName, Select: 'COUNT' })),
      'reading entries': () => dynamo.send(new QueryCommand({ ...written, ProjectionExpression: 'entry' })),
      'counting the vault': () =>
        dynamo.send(
          new QueryCommand({
            TableName: VaultTableName,
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: { ':pk': 'x' },
            Select: 'COUNT',
          }),
        ),
    };
    for (const [what, attempt] of Object.entries(attempts))
      assert.equal(await awsErrorOf(attempt()), 'AccessDeniedException', what);
    const put = new PutCommand({ TableName: CasesTableName, Item: key });
    assert.equal(await awsErrorOf(dynamo.send(put)), 'AccessDeniedException', 'writing a case');
  });
});
