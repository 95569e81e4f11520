import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Token } from 'aws-cdk-lib';
import { z } from 'zod';
import { provenTables } from '#core/store/tables.ts';
import { servedRoutes } from '#core/wire/routes.ts';
import { counts } from '#dev/smoke/budget.ts';
import { definitionOf, functionNames } from '#lib/functions.ts';
import {
  arnOf,
  keyPolicy,
  matches,
  ofType,
  pathOf,
  principalOf,
  type Resource,
  roleOf,
  statementsOf,
  synthesize,
} from './synth.ts';

const dev = synthesize({ stage: 'dev' });
const prod = synthesize({ stage: 'prod' });
const both = [
  ['dev', dev],
  ['prod', prod],
] as const;

/** Key policies name these functions' roles: an id that changed would name no role. This list only grows. */
const functions = [
  'Seal',
  'Request',
  'Review',
  'Sequence',
  'Cosign',
  'Collect',
  'Authorise',
  'Expire',
  'Forget',
  'Prepare',
  'Preserve',
  'Provider',
  'Registry',
  'Found',
  'Operate',
  'Notice',
  'PublicLog',
  'Console',
  'Report',
  'Reconcile',
  'Deployed',
  'Health',
  'Revocations',
  'Heed',
];
const macKeys = [
  'RegistryMacKey',
  'CasesMacKey',
  'EntriesMacKey',
  'VaultMacKey',
  'VaultKeysMacKey',
  'ReportMacKey',
];
const guarded = ['DeskKey', 'IndexKey', 'ReferenceKey', 'ProviderKey1', 'LogKey', ...macKeys];
const tables = [
  'RegistryTable',
  'CallsTable',
  'CasesTable',
  'EntriesTable',
  'LogTable',
  'VaultTable',
  'VaultKeysTable',
  'NoticesTable',
  'ReportTable',
  'RevocationsTable',
];

/** The resources that hold data. CloudFormation makes a new, empty one if an id changes: this list only grows. */
const stateful: Record<string, string> = {
  ...Object.fromEntries(tables.map((id) => [id, 'AWS::DynamoDB::Table'])),
  ...Object.fromEntries([...guarded, 'TablesKey', 'EventsKey'].map((id) => [id, 'AWS::KMS::Key'])),
  LogBucket: 'AWS::S3::Bucket',
  TrailBucket: 'AWS::S3::Bucket',
  EventStream: 'AWS::Kinesis::Stream',
};
const holds = (resource: Resource) => Object.values(stateful).includes(resource.Type);

const environment = z.object({ Variables: z.record(z.string(), z.unknown()).default({}) });
/** A function's environment variables. */
const variablesOf = ({ Environment = {} }: Resource['Properties']) =>
  environment.parse(Environment).Variables;

test('a stack is made without an account, a region or a look-up', () => {
  for (const [, { stack, missing }] of both) {
    assert.ok(Token.isUnresolved(stack.account) && Token.isUnresolved(stack.region));
    assert.deepEqual(missing, []);
  }
});

for (const [stage, { resources }] of both) {
  test(`what holds data has the logical ids that it has always had (${stage})`, () => {
    const found = Object.fromEntries(resources.filter(holds).map((resource) => [resource.id, resource.Type]));
    assert.deepEqual(found, stateful);
  });
}

test('in prod what holds data outlives the stack but not a failed first deployment, in dev it goes with it', () => {
  const policiesOf = ({ DeletionPolicy, UpdateReplacePolicy }: Resource) => [
    DeletionPolicy,
    UpdateReplacePolicy,
  ];
  for (const each of prod.resources.filter(holds))
    assert.deepEqual(policiesOf(each), ['RetainExceptOnCreate', 'Retain'], each.id);
  for (const each of dev.resources.filter(holds))
    assert.deepEqual(policiesOf(each), ['Delete', 'Delete'], each.id);
});

test('nothing else outlives a failed first deployment', () => {
  for (const [stage, { resources }] of both) {
    const left = resources.filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain');
    // API Gateway's role for logs is the account's: other APIs may log with it by then.
    assert.deepEqual(
      left
        .map(({ Type }) => Type)
        .filter((type) => !['AWS::IAM::Role', 'AWS::ApiGateway::Account'].includes(type)),
      [],
      stage,
    );
  }
});

test('in prod neither stack nor tables can be deleted by mistake, and tables can be brought back to any second', () => {
  assert.deepEqual([prod.stack.terminationProtection, dev.stack.terminationProtection], [true, false]);
  for (const table of ofType(prod.resources, 'AWS::DynamoDB::Table')) {
    assert.equal(table.Properties.DeletionProtectionEnabled, true, table.id);
    assert.deepEqual(table.Properties.PointInTimeRecoverySpecification, { PointInTimeRecoveryEnabled: true });
  }
});

test('the budget of the smoke test counts at least the keys and alarms that a stack makes', () => {
  assert.ok(ofType(prod.resources, 'AWS::KMS::Key').length <= counts.keys);
  assert.ok(ofType(prod.resources, 'AWS::CloudWatch::Alarm').length <= counts.alarms);
});

test('the log is locked in COMPLIANCE mode, a day in dev and ten years in prod', () => {
  for (const [{ template }, Days] of [
    [dev, 1],
    [prod, 3653],
  ] as const) {
    template.hasResourceProperties('AWS::S3::Bucket', {
      ObjectLockEnabled: true,
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days } },
      },
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    });
  }
});

for (const [stage, { resources, template }] of both) {
  const role = (name: string) => roleOf(resources, name);

  test(`I2: the functions that make vault keys, use them or compare them have the same roles in their environment, each its own function’s (${stage})`, () => {
    const roles = ['Prepare', 'Seal', 'Preserve', 'Expire'].map((name) => {
      const fn = ofType(resources, 'AWS::Lambda::Function').find(
        (resource) => resource.id.slice(0, -8) === name,
      );
      const { Variables } = z
        .object({ Variables: z.object({ VAULT_ROLES: z.unknown() }) })
        .parse(fn?.Properties.Environment);
      return JSON.stringify(Variables.VAULT_ROLES);
    });
    assert.equal(new Set(roles).size, 1);
    for (const name of ['seal', 'authorise', 'collect', 'expire', 'preserve', 'forget']) {
      const capital = `${name[0]?.toUpperCase()}${name.slice(1)}`;
      const arn = `{"Fn::GetAtt":["${role(capital)}","Arn"]}`;
      assert.ok(roles[0]?.includes(`\\"${name}\\":\\"",${arn}`), `${name}: ${roles[0]}`);
    }
    assert.deepEqual(
      ofType(resources, 'AWS::Lambda::Function')
        .filter((resource) => JSON.stringify(resource.Properties.Environment ?? {}).includes('VAULT_ROLES'))
        .map((resource) => resource.id.slice(0, -8))
        .sort(),
      ['Expire', 'Prepare', 'Preserve', 'Seal'],
    );
  });

  test(`a role has the logical id that it has always had: key policies name it (${stage})`, () => {
    const ids = ofType(resources, 'AWS::IAM::Role').map(({ id }) => id);
    for (const name of functions) assert.ok(ids.includes(`${name}Role`), name);
  });

  test(`I2: prepare makes tagged symmetric keys, and its role can do nothing with any key (${stage})`, () => {
    const policy = ofType(resources, 'AWS::IAM::Policy').find((resource) =>
      resource.id.startsWith('PrepareRole'),
    );
    const ofKms = statementsOf(policy?.Properties.PolicyDocument).filter(
      (s) => s.Action.some((action) => action.startsWith('kms:')) && arnOf(s.Resource[0]) !== 'TablesKey',
    );
    const allows = ofKms.filter((s) => s.Effect === 'Allow');
    const tagged = {
      StringEquals: { 'aws:RequestTag/writ': 'vault' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['writ'] },
    };
    assert.deepEqual(
      allows.map((s) => [s.Action, s.Condition]),
      [
        [['kms:CreateKey'], { ...tagged, Bool: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' } }],
        [['kms:TagResource'], tagged],
      ],
    );
    assert.deepEqual(
      ofKms.filter((s) => s.Effect === 'Deny').map((s) => [s.Action, s.Condition]),
      [
        ['kms:KeySpec', 'SYMMETRIC_DEFAULT'],
        ['kms:KeyUsage', 'ENCRYPT_DECRYPT'],
        ['kms:KeyOrigin', 'AWS_KMS'],
      ].map(([name = '', value]) => [['kms:CreateKey'], { StringNotEquals: { [name]: value } }]),
    );
  });

  test(`I2: preserve is denied re-wrapping to and from every key that is not the vault’s (${stage})`, () => {
    const policy = ofType(resources, 'AWS::IAM::Policy').find((resource) =>
      resource.id.startsWith('PreserveRole'),
    );
    const denials = statementsOf(policy?.Properties.PolicyDocument).filter((s) => s.Effect === 'Deny');
    assert.deepEqual(
      denials.map((s) => [s.Action, s.Resource, s.Condition]),
      [
        [
          ['kms:ReEncrypt*'],
          ['*'],
          {
            StringNotEquals: { 'aws:ResourceTag/writ': 'vault' },
            Null: { 'kms:ViaService': 'true' },
          },
        ],
      ],
    );
  });

  test(`I10: the table that says which keys to destroy is written by prepare and forget alone (${stage})`, () => {
    const may = (table: string, ...actions: string[]) =>
      ofType(resources, 'AWS::IAM::Policy')
        .filter(({ Properties }) =>
          statementsOf(Properties.PolicyDocument).some(
            (s) =>
              s.Effect === 'Allow' &&
              s.Resource.some((each) => arnOf(each) === table) &&
              actions.some((action) => matches(s, `dynamodb:${action}`)),
          ),
        )
        .map(({ id }) => id.replace(/Role.*$/, ''))
        .sort();
    const writes = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'];
    assert.deepEqual(may('VaultKeysTable', ...writes), ['Forget', 'Prepare']);
    assert.deepEqual(may('VaultTable', ...writes), ['Forget', 'Preserve', 'Seal']);
    assert.deepEqual(may('VaultTable', 'DeleteItem', 'BatchWriteItem'), ['Forget']);
  });

  test(`I2: seal and preserve ask for keys to be made, and nobody else does (${stage})`, () => {
    const prepare = ofType(resources, 'AWS::Lambda::Function').find(
      (resource) => resource.id.slice(0, -8) === 'Prepare',
    );
    const callers = ofType(resources, 'AWS::IAM::Policy')
      .filter(({ Properties }) =>
        statementsOf(Properties.PolicyDocument).some(
          (s) =>
            matches(s, 'lambda:InvokeFunction') && JSON.stringify(s.Resource).includes(`"${prepare?.id}"`),
        ),
      )
      .map(({ id }) => id.replace(/Role.*$/, ''));
    assert.deepEqual(callers.sort(), ['Preserve', 'Seal']);
  });

  test(`I3, I6, I9, I10: the clock wakes sequence, authorise and expire every five minutes, and prepare, preserve, forget and report every hour (${stage})`, () => {
    const rules = ofType(resources, 'AWS::Events::Rule').filter(
      (resource) => 'ScheduleExpression' in resource.Properties,
    );
    const targets = z.array(z.object({ Arn: z.unknown() }));
    assert.deepEqual(
      rules.map(({ Properties }) => [
        Properties.ScheduleExpression,
        targets.parse(Properties.Targets).map(({ Arn }) => arnOf(Arn)?.slice(0, -8)),
      ]),
      [
        ...(stage === 'prod' ? [['cron(20 * * * ? *)', ['Reconcile']]] : []),
        ['rate(5 minutes)', ['Sequence', 'Authorise', 'Expire']],
        ['rate(1 hour)', ['Prepare', 'Preserve', 'Heed', 'Forget', 'Report']],
      ],
    );
  });

  test(`I10: DynamoDB removes what is past its end from the vault (${stage})`, () => {
    const table = ofType(resources, 'AWS::DynamoDB::Table').find(({ id }) => id === 'VaultTable');
    assert.deepEqual(table?.Properties.TimeToLiveSpecification, { AttributeName: 'ttl', Enabled: true });
  });

  test(`I10: in production forget and expire use their own clock (${stage})`, () => {
    const clocks = ofType(resources, 'AWS::Lambda::Function').flatMap(({ id, Properties }) => {
      const { CLOCK } = variablesOf(Properties);
      return CLOCK === undefined ? [] : [[id.replace(/[0-9A-F]{8}$/, ''), CLOCK]];
    });
    const clock = stage === 'prod' ? 'real' : 'event';
    assert.deepEqual(clocks.sort(), [
      ['Expire', clock],
      ['Forget', clock],
    ]);
  });

  test(`a function’s environment fits into the 4 KB that Lambda takes (${stage})`, () => {
    for (const { id, Properties } of ofType(resources, 'AWS::Lambda::Function')) {
      const variables = Object.entries(variablesOf(Properties));
      // A reference stands for an ARN or a name, of at most so many characters.
      const lengths = variables.map(([name, value]) => name.length + JSON.stringify(value).length + 100);
      const length = lengths.reduce((sum, one) => sum + one, 0);
      assert.ok(length < 4096, `${id} has ${length} bytes`);
    }
  });

  test(`I2: administrators of the guarded keys manage them and cannot use them (${stage})`, () => {
    const uses = [
      'Decrypt',
      'Encrypt',
      'ReEncryptFrom',
      'ReEncryptTo',
      'GenerateDataKey',
      'GenerateDataKeyPair',
      'GenerateMac',
      'VerifyMac',
      'Sign',
      'CreateGrant',
      'DeriveSharedSecret',
      'ReplicateKey',
    ];
    for (const key of guarded) {
      const admins = keyPolicy(resources, key).filter((s) => JSON.stringify(s.Principal).includes(':root'));
      assert.equal(admins.length, 1, key);
      assert.ok(admins[0]?.Effect === 'Allow' && matches(admins[0], 'kms:PutKeyPolicy'));
      for (const use of uses) assert.ok(!matches(admins[0], `kms:${use}`), `${key}: ${use}`);
      assert.ok(!admins[0].Action.some((action) => action.includes('*')), key);
    }
  });

  test(`I2: a guarded key is used by the roles that its policy names, and by no whole account (${stage})`, () => {
    const may: Record<string, Record<string, string[]>> = {
      DeskKey: {
        GenerateDataKey: ['Request', 'Request', 'Request', 'Request', 'Review', 'Review'],
        Decrypt: [
          'Review',
          'Review',
          'Review',
          'Review',
          'Review',
          'Notice',
          'Authorise',
          'Authorise',
          'Authorise',
        ],
      },
      IndexKey: { GenerateMac: ['Seal', 'Request', 'Authorise', 'Forget', 'Operate'] },
      ReferenceKey: { GenerateMac: ['Request', 'Review', 'Collect'] },
      ProviderKey1: { Sign: ['Request', 'Review', 'Collect', 'Registry', 'Revocations'] },
      LogKey: { Sign: ['Sequence'] },
      // Whoever reads or writes a table verifies or proves what is in it (I11).
      ...Object.fromEntries(
        provenTables.map((table) => [
          `${table.charAt(0).toUpperCase()}${table.slice(1)}MacKey`,
          { GenerateMac: functionNames.filter((name) => definitionOf(name).tables[table] !== undefined) },
        ]),
      ),
    };
    const every = [
      'Encrypt',
      'Decrypt',
      'GenerateDataKey',
      'GenerateMac',
      'Sign',
      'CreateGrant',
      'ReEncryptFrom',
    ];
    for (const key of guarded) {
      for (const action of every) {
        const who = keyPolicy(resources, key)
          .filter((s) => s.Effect === 'Allow' && matches(s, `kms:${action}`))
          .map((s) => principalOf(s));
        const expected = (may[key]?.[action] ?? []).map(role);
        assert.deepEqual(who.sort(), expected.sort(), `${key} ${action}`);
      }
    }
  });

  test(`the desk’s key opens by part: requests to review, notice and authorise, decisions to review and authorise, answers of authorities to authorise, what people write and orders to review (${stage})`, () => {
    const reads = keyPolicy(resources, 'DeskKey').filter((s) => matches(s, 'kms:Decrypt'));
    const parts = reads.map((s) => [
      principalOf(s),
      s.Condition?.StringEquals?.['kms:EncryptionContext:part'],
    ]);
    assert.deepEqual(
      parts.map(String).sort(),
      [
        [role('Review'), 'request'],
        [role('Review'), 'note'],
        [role('Review'), 'answer'],
        [role('Review'), 'document'],
        [role('Notice'), 'request'],
        [role('Authorise'), 'request'],
        [role('Authorise'), 'decision'],
        [role('Authorise'), 'authority'],
        [role('Review'), 'decision'],
      ]
        .map(String)
        .sort(),
    );
  });

  test(`I2: no role’s own policy reaches a guarded key, or KMS at large (${stage})`, () => {
    const policies = ofType(resources, 'AWS::IAM::Policy');
    assert.equal(policies.length, functions.length);
    for (const policy of policies) {
      for (const s of statementsOf(policy.Properties.PolicyDocument)) {
        const ofKms = s.Action.some((action) => action === '*' || action.startsWith('kms:'));
        if (!ofKms) continue;
        assert.ok(!s.Action.includes('kms:*') && !s.Action.includes('*'), policy.id);
        const makes =
          policy.id.startsWith('PrepareRole') &&
          s.Action.every((action) => ['kms:CreateKey', 'kms:TagResource'].includes(action));
        if (s.Effect === 'Deny' || makes) continue;
        // DynamoDB uses the tables' key on the function's behalf; no function uses it itself.
        const viaDynamo = s.Condition?.StringEquals?.['kms:ViaService'] !== undefined;
        const reads = s.Action.every((action) => ['kms:Decrypt', 'kms:DescribeKey'].includes(action));
        assert.ok(viaDynamo || reads, policy.id);
        for (const target of s.Resource) {
          assert.ok(
            ['TablesKey', 'EventsKey'].includes(arnOf(target) ?? ''),
            `${policy.id}: ${JSON.stringify(target)}`,
          );
        }
      }
    }
    for (const resource of ofType(resources, 'AWS::IAM::Role')) {
      assert.equal(resource.Properties.Policies, undefined, `${resource.id} has a policy of its own inside`);
      assert.equal(resource.Properties.ManagedPolicyArns, undefined, `${resource.id} has a managed policy`);
    }
    assert.deepEqual(ofType(resources, 'AWS::IAM::ManagedPolicy'), []);
  });

  test(`I1: nobody but seal reads the incoming events (${stage})`, () => {
    const denial = keyPolicy(resources, 'EventsKey').find((s) => s.Effect === 'Deny');
    assert.ok(denial && matches(denial, 'kms:Decrypt'));
    assert.equal(denial.Principal, '*');
    assert.equal(arnOf(denial.Condition?.ArnNotEquals?.['aws:PrincipalArn']), role('Seal'));
    template.hasResourceProperties('AWS::Kinesis::Stream', {
      RetentionPeriodHours: 24,
      StreamEncryption: { EncryptionType: 'KMS', KeyId: { 'Fn::GetAtt': ['EventsKey', 'Arn'] } },
    });
  });

  test(`the tables have a customer key that is not the vault’s (${stage})`, () => {
    for (const table of ofType(resources, 'AWS::DynamoDB::Table')) {
      assert.deepEqual(table.Properties.SSESpecification, {
        SSEEnabled: true,
        SSEType: 'KMS',
        KMSMasterKeyId: { 'Fn::GetAtt': ['TablesKey', 'Arn'] },
      });
    }
  });

  test(`every function runs Node 24 on ARM64, under a role and into a log group of its own (${stage})`, () => {
    const lambdas = ofType(resources, 'AWS::Lambda::Function');
    assert.deepEqual(lambdas.map((lambda) => lambda.id.slice(0, -8)).sort(), functions.toSorted());
    for (const resource of lambdas) {
      assert.deepEqual(
        [resource.Properties.Runtime, resource.Properties.Architectures],
        ['nodejs24.x', ['arm64']],
        resource.id,
      );
      assert.equal(arnOf(resource.Properties.Role), role(resource.id.slice(0, -8)));
      assert.equal(resource.Properties.TracingConfig, undefined, 'a trace records what is called with what');
      const Variables = variablesOf(resource.Properties);
      assert.ok(!Object.values(Variables).includes(undefined));
    }
    const groups = lambdas.map((lambda) => JSON.stringify(lambda.Properties.LoggingConfig));
    assert.equal(new Set(groups).size, functions.length);
    for (const group of ofType(resources, 'AWS::Logs::LogGroup')) {
      assert.equal(group.Properties.RetentionInDays, 30, group.id);
    }
  });

  test(`every bucket and queue is spoken to over TLS only (${stage})`, () => {
    for (const [type, policyType, named] of [
      ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'Bucket'],
      ['AWS::SQS::Queue', 'AWS::SQS::QueuePolicy', 'Queues'],
    ] as const) {
      for (const resource of ofType(resources, type)) {
        const policy = ofType(resources, policyType).find((p) =>
          JSON.stringify(p.Properties[named]).includes(resource.id),
        );
        const denial = statementsOf(policy?.Properties.PolicyDocument).find(
          (s) => s.Effect === 'Deny' && s.Condition?.Bool?.['aws:SecureTransport'] === 'false',
        );
        assert.ok(
          denial && (matches(denial, 's3:GetObject') || matches(denial, 'sqs:SendMessage')),
          resource.id,
        );
      }
    }
  });

  test(`I4: nobody deletes from the log bucket, and nobody but sequence writes to it, but cosign one file (${stage})`, () => {
    const [policy] = ofType(resources, 'AWS::S3::BucketPolicy');
    const denials = statementsOf(policy?.Properties.PolicyDocument).filter((s) => s.Effect === 'Deny');
    for (const action of ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:BypassGovernanceRetention']) {
      assert.ok(
        denials.some((s) => matches(s, action) && s.Principal === '*' && s.Condition === undefined),
        action,
      );
    }
    const writing = denials.filter((s) => s.Action.includes('s3:PutObject'));
    const shown = writing.map(({ Principal, Condition, Resource, NotResource }) => {
      const [exempt] = (Condition?.ArnNotLike?.['aws:PrincipalArn'] ?? []) as unknown[];
      const files = (of: unknown[]) => of.map((each) => /"\/([^"]+)"/.exec(JSON.stringify(each))?.[1]);
      return [Principal, arnOf(exempt), files(Resource), files(NotResource)];
    });
    // Two denials that together leave out no file.
    assert.deepEqual(shown, [
      ['*', role('Sequence'), [], ['cosigned']],
      ['*', role('Cosign'), ['cosigned'], []],
    ]);
  });

  test(`I11: whoever reads the log is told which of its files are not there, and finds entries by no table (${stage})`, () => {
    const allowed = (name: string) =>
      ofType(resources, 'AWS::IAM::Policy')
        .filter(({ id }) => id.startsWith(`${name}Role`))
        .flatMap(({ Properties }) => statementsOf(Properties.PolicyDocument))
        .filter(({ Effect }) => Effect === 'Allow');
    for (const name of functionNames) {
      const { buckets, tables } = definitionOf(name);
      if (buckets?.log === undefined) continue;
      const lists = allowed(name).some(
        (s) => matches(s, 's3:ListBucket') && s.Resource.some((target) => arnOf(target) === 'LogBucket'),
      );
      assert.ok(lists, name);
      // Health says how large the newest tree is, and nothing rests on that.
      assert.equal(tables.log !== undefined, ['Sequence', 'Health'].includes(name), name);
    }
    const writes = allowed('Sequence').filter((s) => matches(s, 's3:PutObject'));
    const written = JSON.stringify(writes.map(({ Resource }) => Resource));
    for (const files of ['checkpoint', 'tile/*', 'head/*', 'place/*'])
      assert.ok(written.includes(files), files);
    assert.ok(!written.includes('cosigned'));
    const cosigns = allowed('Cosign').filter((s) => matches(s, 's3:PutObject'));
    assert.match(JSON.stringify(cosigns.map(({ Resource }) => Resource)), /^[^/]*"\/cosigned"[^/]*$/);
  });

  test(`I2: health has the log’s files and sizes read, and of all other tables has items counted by what names nobody (${stage})`, () => {
    const [policy] = ofType(resources, 'AWS::IAM::Policy').filter(({ id }) => id.startsWith('HealthRole'));
    const statements = statementsOf(policy?.Properties.PolicyDocument).filter(
      ({ Action }) => !Action.some((action) => action.startsWith('logs:')),
    );
    const ofData = statements.filter(({ Action }) => !Action.some((action) => action.startsWith('kms:')));
    /** `CasesTable/index/awake`, of whatever CloudFormation fills in. */
    const named = (target: unknown) => {
      const text = JSON.stringify(target);
      return `${/"(\w+(?:Table|Bucket))"/.exec(text)?.[1]}${/\/index\/\w+/.exec(text)?.[0] ?? ''}`;
    };
    const shown = ofData.map(({ Action, Resource, Condition }) => [
      Action.join(),
      Resource.map(named).toSorted().join(),
      Condition?.StringEquals?.['dynamodb:Select'],
      Condition?.['ForAllValues:StringEquals']?.['dynamodb:Attributes'],
    ]);
    assert.deepEqual(shown, [
      ['dynamodb:GetItem', 'LogTable', undefined, undefined],
      [
        'dynamodb:Query',
        'RegistryTable/index/listed',
        'COUNT',
        ['pk', 'listed', 'since', 'role', 'activeFrom'],
      ],
      [
        'dynamodb:Query',
        'CasesTable/index/awake,CasesTable/index/byStatus',
        'COUNT',
        [
          ...['pk', 'status', 'dueAt', 'awake'],
          ...['priority', 'deadline', 'time', 'information', 'debts', 'expiresAt', 'disclosed', 'notice'],
        ],
      ],
      [
        'dynamodb:Query',
        'EntriesTable/index/written',
        ['COUNT', 'SPECIFIC_ATTRIBUTES'],
        ['stream', 'n', 'written'],
      ],
      ['dynamodb:Query', 'VaultKeysTable', 'COUNT', ['pk', 'sk', 'keyArn']],
      ['s3:ListBucket', 'LogBucket', undefined, undefined],
      ['s3:GetObject', 'LogBucket', undefined, undefined],
    ]);
    // No key’s policy names it: of keys it has what DynamoDB does on its behalf.
    for (const key of guarded)
      assert.ok(!keyPolicy(resources, key).some((s) => principalOf(s) === role('Health')), key);
  });

  test(`I4: sequence signs as the log and as nothing else; who relies on the log knows its key from KMS (${stage})`, () => {
    const [key] = ofType(resources, 'AWS::KMS::Key').filter(({ id }) => id === 'LogKey');
    assert.deepEqual(
      [key?.Properties.KeySpec, key?.Properties.KeyUsage],
      ['ECC_NIST_EDWARDS25519', 'SIGN_VERIFY'],
    );
    const policy = keyPolicy(resources, 'LogKey');
    const signs = policy.filter((s) => s.Effect === 'Allow' && matches(s, 'kms:Sign'));
    assert.deepEqual(
      signs.map((s) => s.Condition),
      [{ StringEquals: { 'kms:SigningAlgorithm': 'ED25519_SHA_512', 'kms:MessageType': 'RAW' } }],
    );
    const knows = policy.filter((s) => matches(s, 'kms:GetPublicKey')).map((s) => principalOf(s));
    for (const name of ['Sequence', 'Collect', 'Authorise', 'Provider'])
      assert.ok(knows.includes(role(name)), name);
  });

  test(`I4: the record of a deployment is a resource of the stack, and changes with code, policy and keys (${stage})`, () => {
    const [recorded] = ofType(resources, 'Custom::WritDeployment');
    const { code, policy, keys } = recorded?.Properties ?? {};
    for (const hash of [code, policy]) assert.match(String(hash), /^sha-256=:[\w+/]{43}=:$/);
    assert.equal(keys, '1');
  });

  test(`a batch that is given up goes to the dead letters, from every stream (${stage})`, () => {
    const [queue] = ofType(resources, 'AWS::SQS::Queue');
    const sources = ofType(resources, 'AWS::Lambda::EventSourceMapping');
    assert.equal(sources.length, 4);
    for (const source of sources) {
      const { OnFailure } = source.Properties.DestinationConfig as { OnFailure: { Destination: unknown } };
      assert.equal(arnOf(OnFailure.Destination), queue?.id, source.id);
      assert.equal(source.Properties.StartingPosition, 'TRIM_HORIZON', source.id);
      // `seal` reports which events of a batch failed; without this Lambda would count them as done.
      const partly = source.id.startsWith('Seal') ? ['ReportBatchItemFailures'] : undefined;
      assert.deepEqual(source.Properties.FunctionResponseTypes, partly, source.id);
    }
  });

  test(`the wire has exactly the routes that are served, under /v1 (${stage})`, () => {
    template.hasResourceProperties('AWS::ApiGateway::Stage', { StageName: 'v1' });
    const methods = ofType(resources, 'AWS::ApiGateway::Method');
    const served = methods.map(
      ({ Properties }) => `${Properties.HttpMethod} ${pathOf(resources, Properties.ResourceId) || '/'}`,
    );
    assert.deepEqual(served.sort(), servedRoutes.map(({ method, path }) => `${method} ${path}`).sort());
    for (const resource of methods) {
      assert.equal(resource.Properties.AuthorizationType, 'NONE', 'the signature is the authorization');
      assert.ok(['GET', 'POST'].includes(String(resource.Properties.HttpMethod)));
    }
  });
}

test('of several provider keys the first signs and all are published', () => {
  const { resources } = synthesize({ providerKeys: '2 1' });
  const allowed = (key: string, action: string) =>
    keyPolicy(resources, key).filter((s) => s.Effect === 'Allow' && matches(s, `kms:${action}`)).length;
  assert.equal(allowed('ProviderKey2', 'Sign'), 5);
  assert.equal(allowed('ProviderKey1', 'Sign'), 0, 'a key that is rotated out signs nothing');
  const text = JSON.stringify(
    ofType(resources, 'AWS::Lambda::Function').map(({ Properties }) => Properties.Environment),
  );
  assert.match(
    text,
    /"PROVIDER_KEYS":\{"Fn::Join":\["",\[\{"Fn::GetAtt":\["ProviderKey2[^}]*\}," ",\{"Fn::GetAtt":\["ProviderKey1/,
  );
});
