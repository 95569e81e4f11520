import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Facts, readCall } from '#dev/cloud/gate/call.ts';
import { decide, type Grant, type Verdict } from '#dev/cloud/gate/decide.ts';
import type { Statement } from '#dev/cloud/gate/policy.ts';
import type { KmsRequest } from '#dev/cloud/gate/request.ts';

const ACCOUNT = '111122223333';
const KEY = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const session = (name: string) => `arn:aws:sts::${ACCOUNT}:assumed-role/${name}/session`;
const CONTEXT = { subject: 's-1', kind: 'access', epoch: '2026-11' };

interface Case {
  /** The caller; by default a session of the role `collect`. */
  readonly by?: string;
  readonly operation?: string;
  readonly request?: KmsRequest;
  readonly keyPolicy?: readonly Statement[];
  readonly own?: readonly Statement[];
  readonly limits?: readonly (readonly Statement[])[];
  readonly grants?: readonly Grant[];
}

function verdict(given: Case): Verdict {
  const arn = given.by ?? session('collect');
  const facts: Facts = {
    principal: {
      arn,
      account: ACCOUNT,
      type: arn === ROOT ? 'Root' : 'AssumedRole',
      identityPolicies: arn === ROOT ? null : (given.own ?? []),
      limits: given.limits ?? [],
      tags: { team: 'legal' },
    },
    key: {
      arn: KEY,
      policy: null,
      spec: 'SYMMETRIC_DEFAULT',
      usage: 'ENCRYPT_DECRYPT',
      origin: 'AWS_KMS',
      multiRegion: null,
      aliases: ['alias/vault'],
      tags: { epoch: '2026-11' },
    },
    grants: given.grants ?? [],
  };
  assert(facts.principal !== null && facts.key !== null);
  const request = { KeyId: KEY, EncryptionContext: CONTEXT, ...given.request };
  const call = readCall(given.operation ?? 'Decrypt', request, {
    principal: facts.principal,
    key: facts.key,
  });
  return decide(call, {
    keyPolicy: given.keyPolicy ?? [],
    identityPolicies: facts.principal.identityPolicies ?? undefined,
    limits: facts.principal.limits,
    grants: facts.grants,
  });
}

const allowed = (given: Case) => verdict(given).allowed;
const explicitly = (given: Case) => {
  const found = verdict(given);
  return !found.allowed && found.explicit;
};

const allow = (
  Principal: Statement['Principal'],
  Action: Statement['Action'],
  more: Partial<Statement> = {},
) =>
  ({
    Effect: 'Allow',
    ...(Principal && { Principal }),
    ...(Action && { Action }),
    Resource: '*',
    ...more,
  }) as Statement;
const deny = (
  Principal: Statement['Principal'],
  Action: Statement['Action'],
  more: Partial<Statement> = {},
) => ({ ...allow(Principal, Action, more), Effect: 'Deny' }) as Statement;
const delegated = allow({ AWS: ROOT }, 'kms:*');
const own = (Action: Statement['Action'], more: Partial<Statement> = {}) => allow(undefined, Action, more);

const grant = (more: Partial<Grant> = {}): Grant => ({
  GrantId: 'g-1',
  GranteePrincipal: role('collect'),
  Operations: ['Decrypt'],
  Constraints: { EncryptionContextEquals: CONTEXT },
  GrantTokens: ['token-1'],
  ...more,
});

/** Contexts that differ from `CONTEXT` in one way each. */
const WRONG: readonly (readonly [string, Record<string, string>])[] = [
  ['no context', {}],
  ['a pair missing', { subject: 's-1', kind: 'access' }],
  ['another value', { ...CONTEXT, subject: 's-2' }],
  ['a value in another case', { ...CONTEXT, kind: 'Access' }],
  ['a name in another case', { Subject: 's-1', kind: 'access', epoch: '2026-11' }],
  ['values swapped', { subject: 'access', kind: 's-1', epoch: '2026-11' }],
  ['an empty value', { ...CONTEXT, subject: '' }],
  ['a value that goes on', { ...CONTEXT, subject: 's-1 ' }],
  ['a wildcard for a value', { ...CONTEXT, subject: '*' }],
];

describe('a key policy', () => {
  it('denies what nothing allows, the account root included', () => {
    assert.equal(allowed({}), false);
    assert.equal(allowed({ by: ROOT }), false);
  });
  for (const [how, principal] of [
    ['its role', role('collect')],
    ['its session', session('collect')],
    ['everyone', '*'],
  ] as const) {
    it(`allows a session that it names by ${how}, with no policy of its own`, () => {
      assert(allowed({ keyPolicy: [allow({ AWS: principal }, 'kms:Decrypt')] }));
    });
  }
  it('does not allow a session of another role, or another session', () => {
    assert(!allowed({ keyPolicy: [allow({ AWS: role('other') }, 'kms:Decrypt')] }));
    assert(!allowed({ keyPolicy: [allow({ AWS: role('collect2') }, 'kms:Decrypt')] }));
    assert(!allowed({ keyPolicy: [allow({ AWS: `${session('collect')}2` }, 'kms:Decrypt')] }));
    assert(!allowed({ keyPolicy: [allow({ AWS: role('*') }, 'kms:Decrypt')] }));
    assert(!allowed({ keyPolicy: [allow({ Service: 'lambda.amazonaws.com' }, 'kms:Decrypt')] }));
  });
  it('that names the account allows the root, and others only what their own policies allow', () => {
    for (const AWS of [ROOT, ACCOUNT]) {
      const keyPolicy = [allow({ AWS }, 'kms:*')];
      assert(allowed({ by: ROOT, keyPolicy }));
      assert(!allowed({ keyPolicy }));
      assert(allowed({ keyPolicy, own: [own('kms:Decrypt')] }));
      assert(allowed({ keyPolicy, own: [own('kms:Decrypt', { Resource: KEY })] }));
      assert(!allowed({ keyPolicy, own: [own('kms:Decrypt', { Resource: `${KEY}0` })] }));
      assert(!allowed({ keyPolicy, own: [own('kms:Encrypt')] }));
    }
  });
  it('that names the account for one action hands on that action alone', () => {
    assert(!allowed({ keyPolicy: [allow({ AWS: ROOT }, 'kms:Encrypt')], own: [own('kms:*')] }));
  });
  it('that does not name the account leaves identity policies without effect', () => {
    assert(!allowed({ own: [own('kms:*')] }));
    assert(!allowed({ keyPolicy: [allow({ AWS: role('other') }, 'kms:*')], own: [own('*')] }));
  });
  it('of another account names nobody here', () => {
    assert(
      !allowed({
        keyPolicy: [allow({ AWS: 'arn:aws:iam::999999999999:root' }, 'kms:*')],
        own: [own('kms:*')],
      }),
    );
  });
  it('never allows through NotPrincipal, and denies through it all who are not listed in full', () => {
    const NotPrincipal = { AWS: [session('collect'), role('collect'), ROOT] };
    assert(!allowed({ keyPolicy: [allow(undefined, 'kms:*', { NotPrincipal: { AWS: role('other') } })] }));
    const keyPolicy = [allow('*', 'kms:*'), deny(undefined, 'kms:*', { NotPrincipal })];
    assert(allowed({ keyPolicy }));
    assert(explicitly({ by: session('other'), keyPolicy }));
    for (const missing of NotPrincipal.AWS) {
      const AWS = NotPrincipal.AWS.filter((listed) => listed !== missing);
      const partly = [allow('*', 'kms:*'), deny(undefined, 'kms:*', { NotPrincipal: { AWS } })];
      assert(explicitly({ keyPolicy: partly }), `without ${missing}`);
    }
  });
  it('matches actions by wildcard and without regard to case, and excludes by NotAction', () => {
    for (const action of ['kms:*', '*', 'kms:Dec*', 'KMS:decrypt', 'kms:?ecrypt']) {
      assert(allowed({ keyPolicy: [allow('*', action)] }), action);
    }
    for (const action of ['kms:Decrypt2', 'kms:ReEncrypt*', 's3:*', 'kms:', 'Decrypt']) {
      assert(!allowed({ keyPolicy: [allow('*', action)] }), action);
    }
    assert(allowed({ keyPolicy: [allow('*', undefined, { NotAction: 'kms:Encrypt' })] }));
    assert(!allowed({ keyPolicy: [allow('*', undefined, { NotAction: ['kms:Encrypt', 'kms:D*'] })] }));
  });
  it('matches the key by Resource and NotResource, with regard to case', () => {
    assert(allowed({ keyPolicy: [allow('*', 'kms:*', { Resource: [KEY] })] }));
    assert(!allowed({ keyPolicy: [allow('*', 'kms:*', { Resource: KEY.toUpperCase() })] }));
    const { Resource: _, ...rest } = allow('*', 'kms:*');
    assert(!allowed({ keyPolicy: [{ ...rest, NotResource: KEY }] }));
    assert(allowed({ keyPolicy: [{ ...rest, NotResource: 'arn:aws:kms:*:*:key/other' }] }));
    assert(!allowed({ keyPolicy: [rest] }), 'neither: not a statement that allows');
  });
});

describe('an explicit deny', () => {
  const everything = { keyPolicy: [allow('*', 'kms:*')], own: [own('kms:*')], grants: [grant()] };
  it('in the key policy wins over key policy, identity policy and grant', () => {
    assert(allowed(everything));
    const keyPolicy = [...everything.keyPolicy, deny('*', 'kms:Decrypt')];
    assert(explicitly({ ...everything, keyPolicy }));
    assert(explicitly({ ...everything, keyPolicy, by: ROOT }), 'the root too');
  });
  it('names a caller by itself, its role, its account, or everyone', () => {
    for (const AWS of [session('collect'), role('collect'), ROOT, ACCOUNT, '*']) {
      assert(
        explicitly({ ...everything, keyPolicy: [...everything.keyPolicy, deny({ AWS }, 'kms:*')] }),
        AWS,
      );
    }
    const other = deny({ AWS: role('other') }, 'kms:*');
    assert(allowed({ ...everything, keyPolicy: [...everything.keyPolicy, other] }));
  });
  it('in the caller’s own policy, boundary or session policy wins as well', () => {
    assert(explicitly({ ...everything, own: [own('kms:*'), deny(undefined, 'kms:Decrypt')] }));
    assert(explicitly({ ...everything, limits: [[own('*'), deny(undefined, 'kms:*')]] }));
  });
  it('counts when it needs a condition that we cannot evaluate', () => {
    for (const Condition of [
      { StringEquals: { 'kms:Unheard': 'x' } },
      { Sometimes: { 'aws:PrincipalArn': 'x' } },
      { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
      { StringEquals: { 'aws:PrincipalArn': '${aws:PrincipalTag/arn}' } },
    ]) {
      const statement = deny('*', 'kms:*', { Condition });
      assert(
        explicitly({ ...everything, keyPolicy: [...everything.keyPolicy, statement] }),
        JSON.stringify(Condition),
      );
      assert(!allowed({ keyPolicy: [allow('*', 'kms:*', { Condition })] }), 'and does not allow');
    }
  });
  it('does not count when another of its conditions certainly fails', () => {
    const Condition = {
      StringEquals: { 'kms:Unheard': 'x' },
      ArnEquals: { 'aws:PrincipalArn': role('other') },
    };
    assert(
      allowed({ ...everything, keyPolicy: [...everything.keyPolicy, deny('*', 'kms:*', { Condition })] }),
    );
  });
});

describe('a vault key’s policy', () => {
  const keyPolicy = [
    delegated,
    deny('*', ['kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'], {
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': role('collect') } },
    }),
    allow({ AWS: role('authorise') }, 'kms:CreateGrant', {
      Condition: {
        'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Decrypt'] },
        StringEquals: {
          'kms:GranteePrincipal': role('collect'),
          'kms:GrantConstraintType': ['EncryptionContextEquals', 'EncryptionContextSubset'],
        },
      },
    }),
  ];
  it('lets nobody open without a grant: not collect, not the root, not an administrator', () => {
    assert(!allowed({ keyPolicy }));
    assert(explicitly({ keyPolicy, by: ROOT }));
    assert(explicitly({ keyPolicy, by: session('admin'), own: [own('*')] }));
    assert(
      explicitly({ keyPolicy, by: session('admin'), own: [own('*')], operation: 'GenerateDataKeyPair' }),
    );
    assert(explicitly({ keyPolicy, by: session('collect2'), own: [own('*')] }));
  });
  it('lets collect open with a grant, and nobody else with a grant of their own', () => {
    assert(allowed({ keyPolicy, grants: [grant()] }));
    assert(
      explicitly({ keyPolicy, by: session('admin'), grants: [grant({ GranteePrincipal: role('admin') })] }),
    );
  });
  it('lets a writer encrypt by an identity policy and not decrypt', () => {
    const writer = { keyPolicy, by: session('seal'), own: [own(['kms:Encrypt', 'kms:Decrypt'])] };
    assert(allowed({ ...writer, operation: 'Encrypt' }));
    assert(explicitly(writer));
  });
  const minting = {
    GranteePrincipal: role('collect'),
    Operations: ['Decrypt'],
    Constraints: { EncryptionContextEquals: CONTEXT },
  };
  const mint = (by: string, request: KmsRequest, own_: readonly Statement[] = []) =>
    allowed({ keyPolicy, by, operation: 'CreateGrant', request, own: own_ });
  it('lets authorise mint what it may, and nothing else', () => {
    const by = session('authorise');
    assert(mint(by, minting));
    assert(mint(by, { ...minting, Constraints: { EncryptionContextSubset: { subject: 's-1' } } }));
    assert(!mint(by, { ...minting, Operations: ['Decrypt', 'Encrypt'] }));
    assert(!mint(by, { ...minting, Operations: ['CreateGrant'] }));
    assert(!mint(by, { ...minting, Operations: ['decrypt'] }));
    assert(!mint(by, { ...minting, GranteePrincipal: role('authorise') }));
    assert(!mint(by, { ...minting, GranteePrincipal: ROOT }));
    assert(!mint(by, { GranteePrincipal: role('collect'), Operations: ['Decrypt'] }), 'no constraint');
    assert(!mint(by, { ...minting, Constraints: {} }), 'an empty constraint');
    assert(
      !mint(by, { ...minting, Constraints: { EncryptionContextEquals: {}, EncryptionContextSubset: {} } }),
    );
    assert(!mint(session('seal'), minting));
    assert(!mint(session('collect'), minting));
  });
});

describe('a grant', () => {
  it('allows its operation to its grantee, by role or by session', () => {
    assert(allowed({ grants: [grant()] }));
    assert(allowed({ grants: [grant({ GranteePrincipal: session('collect') })] }));
  });
  it('allows nobody else and nothing else', () => {
    assert(!allowed({ by: session('other'), grants: [grant()] }));
    assert(!allowed({ by: ROOT, grants: [grant()] }));
    assert(!allowed({ grants: [grant({ GranteePrincipal: role('*') })] }));
    assert(!allowed({ grants: [grant({ GranteePrincipal: ROOT })] }));
    for (const operation of ['Encrypt', 'ReEncryptFrom', 'GenerateDataKey', 'DescribeKey', 'PutKeyPolicy']) {
      assert(!allowed({ operation, grants: [grant()] }), operation);
    }
  });
  it('that is retired or revoked is no longer among the key’s grants, and allows nothing', () => {
    assert(!allowed({ grants: [] }));
  });
  it('stays within a permissions boundary and session policies', () => {
    assert(!allowed({ grants: [grant()], limits: [[own('s3:*')]] }));
    assert(allowed({ grants: [grant()], limits: [[own('kms:Decrypt')]] }));
  });
  it('is found among others', () => {
    const others = WRONG.map(([, wrong], i) =>
      grant({ GrantId: `g-${i}`, Constraints: { EncryptionContextEquals: { ...wrong, other: 'x' } } }),
    );
    assert(!allowed({ grants: others }));
    const found = verdict({ grants: [...others, grant({ GrantId: 'the one' })] });
    assert(found.allowed && found.by.includes('the one'));
  });

  describe('with EncryptionContextEquals', () => {
    it('needs the same pairs, in any order', () => {
      const request = { EncryptionContext: { epoch: '2026-11', subject: 's-1', kind: 'access' } };
      assert(allowed({ request, grants: [grant()] }));
    });
    for (const [what, EncryptionContext] of [
      ...WRONG,
      ['a pair too many', { ...CONTEXT, more: '1' }] as const,
    ]) {
      it(`refuses ${what}`, () => assert(!allowed({ request: { EncryptionContext }, grants: [grant()] })));
    }
    it('compares own pairs only, not what every object inherits', () => {
      const grants = [grant({ Constraints: { EncryptionContextEquals: { toString: 'x' } } })];
      assert(!allowed({ request: { EncryptionContext: {} }, grants }));
    });
    it('allows a context exactly if it equals the constraint', () => {
      const pairs = fc.dictionary(fc.constantFrom('a', 'A', 'b', 'subject'), fc.constantFrom('1', '2', ''), {
        noNullPrototype: true,
      });
      fc.assert(
        fc.property(pairs, pairs, (constraint, given) => {
          const sorted = (record: Record<string, string>) => JSON.stringify(Object.entries(record).sort());
          const grants = [grant({ Constraints: { EncryptionContextEquals: constraint } })];
          assert.equal(
            allowed({ request: { EncryptionContext: given }, grants }),
            sorted(constraint) === sorted(given),
          );
        }),
      );
    });
  });

  describe('with EncryptionContextSubset', () => {
    const subset = grant({ Constraints: { EncryptionContextSubset: CONTEXT } });
    it('needs its pairs and allows more', () => {
      assert(allowed({ grants: [subset] }));
      assert(allowed({ request: { EncryptionContext: { ...CONTEXT, more: '1' } }, grants: [subset] }));
    });
    for (const [what, EncryptionContext] of WRONG) {
      it(`refuses ${what}`, () => assert(!allowed({ request: { EncryptionContext }, grants: [subset] })));
    }
  });

  it('does not apply its constraint to DescribeKey', () => {
    const grants = [grant({ Operations: ['Decrypt', 'DescribeKey'] })];
    assert(allowed({ operation: 'DescribeKey', request: { EncryptionContext: {} }, grants }));
  });

  describe('that lists CreateGrant', () => {
    const parent = grant({ Operations: ['Decrypt', 'CreateGrant'] });
    const child = (request: KmsRequest, of = parent) =>
      allowed({ operation: 'CreateGrant', request, grants: [of] });
    const equals = { EncryptionContextEquals: CONTEXT };
    it('lets its grantee make grants no wider than itself', () => {
      assert(child({ Operations: ['Decrypt'], Constraints: equals }));
      assert(!child({ Operations: ['Decrypt', 'Encrypt'], Constraints: equals }));
      assert(!child({ Operations: ['Decrypt'] }), 'no constraint');
      assert(
        !child({ Operations: ['Decrypt'], Constraints: { EncryptionContextSubset: CONTEXT } }),
        'weaker',
      );
      for (const [what, wrong] of WRONG) {
        assert(!child({ Operations: ['Decrypt'], Constraints: { EncryptionContextEquals: wrong } }), what);
      }
    });
    it('lets a subset grow stricter', () => {
      const wide = grant({
        Operations: ['Decrypt', 'CreateGrant'],
        Constraints: { EncryptionContextSubset: { subject: 's-1' } },
      });
      assert(child({ Operations: ['Decrypt'], Constraints: { EncryptionContextSubset: CONTEXT } }, wide));
      assert(child({ Operations: ['Decrypt'], Constraints: equals }, wide));
      assert(
        !child(
          { Operations: ['Decrypt'], Constraints: { EncryptionContextSubset: { kind: 'access' } } },
          wide,
        ),
      );
    });
    it('without CreateGrant in the list makes none', () => {
      assert(!child({ Operations: ['Decrypt'], Constraints: equals }, grant()));
    });
  });
});

describe('retiring a grant', () => {
  const retire = (given: Case) =>
    allowed({ operation: 'RetireGrant', request: { GrantId: 'g-1' }, ...given });
  const retirable = grant({ RetiringPrincipal: role('expire') });
  it('is for its retiring principal, and for the account', () => {
    assert(retire({ by: session('expire'), grants: [retirable] }));
    assert(retire({ by: ROOT, grants: [retirable] }));
    assert(!retire({ by: session('other'), grants: [retirable] }));
  });
  it('is for its grantee only if the grant says so', () => {
    assert(!retire({ grants: [retirable] }));
    assert(
      retire({ grants: [grant({ Operations: ['Decrypt', 'RetireGrant'] })] }),
      'whatever the constraint',
    );
  });
  it('goes by token as by id, and needs the grant to exist', () => {
    assert(retire({ by: session('expire'), grants: [retirable], request: { GrantToken: 'token-1' } }));
    assert(!retire({ by: session('expire'), grants: [retirable], request: { GrantToken: 'token-2' } }));
    assert(!retire({ by: session('expire'), grants: [retirable], request: { GrantId: 'g-2' } }));
  });
  it('is not in a policy’s power to allow, nor in a key policy’s to deny', () => {
    const policies = { keyPolicy: [allow('*', 'kms:*')], own: [own('kms:*')] };
    assert(!retire({ ...policies, by: session('other'), grants: [retirable] }));
    assert(retire({ by: session('expire'), grants: [retirable], keyPolicy: [deny('*', 'kms:*')] }));
    assert(
      !retire({ by: session('expire'), grants: [retirable], own: [deny(undefined, 'kms:RetireGrant')] }),
    );
  });
});

describe('revoking a grant', () => {
  it('is a matter of policies like any other call', () => {
    const revoke = {
      operation: 'RevokeGrant',
      by: session('expire'),
      request: { GrantId: 'g-1' },
      grants: [grant()],
    };
    assert(!allowed(revoke));
    assert(!allowed({ ...revoke, by: session('collect') }), 'its grantee has no say');
    assert(allowed({ ...revoke, keyPolicy: [allow({ AWS: role('expire') }, 'kms:RevokeGrant')] }));
    assert(allowed({ ...revoke, keyPolicy: [delegated], own: [own('kms:RevokeGrant')] }));
  });
});

describe('a permissions boundary or session policy', () => {
  const named = [allow({ AWS: role('collect') }, 'kms:*')];
  it('narrows what a key policy gives to the role', () => {
    assert(!allowed({ keyPolicy: named, limits: [[own('kms:Encrypt')]] }));
    assert(allowed({ keyPolicy: named, limits: [[own('kms:*')]] }));
    assert(!allowed({ keyPolicy: named, limits: [[own('kms:*')], []] }), 'each of them');
    assert(!allowed({ keyPolicy: [delegated], own: [own('kms:*')], limits: [[own('s3:*')]] }));
  });
  it('does not narrow what a key policy gives to the session itself', () => {
    assert(allowed({ keyPolicy: [allow({ AWS: session('collect') }, 'kms:*')], limits: [[own('s3:*')]] }));
  });
});

describe('condition keys', () => {
  const holds = (Condition: NonNullable<Statement['Condition']>, more: Case = {}) =>
    allowed({ ...more, keyPolicy: [allow('*', 'kms:*', { Condition })] });
  const create = (request: KmsRequest): Case => ({ operation: 'CreateGrant', request });

  it('kms:EncryptionContext:<name> compares one pair', () => {
    assert(holds({ StringEquals: { 'kms:EncryptionContext:subject': 's-1' } }));
    assert(
      holds({
        StringEquals: {
          'kms:EncryptionContext:subject': ['s-0', 's-1'],
          'kms:EncryptionContext:kind': 'access',
        },
      }),
    );
    assert(!holds({ StringEquals: { 'kms:EncryptionContext:subject': 'S-1' } }));
    assert(!holds({ StringEquals: { 'kms:EncryptionContext:missing': 's-1' } }));
    assert(holds({ StringLike: { 'kms:EncryptionContext:epoch': '2026-*' } }));
    assert(!holds({ StringLike: { 'kms:EncryptionContext:epoch': '2025-*' } }));
  });
  it('kms:EncryptionContext:<name> is a condition key, whose name has no case', () => {
    assert(holds({ StringEquals: { 'KMS:encryptioncontext:SUBJECT': 's-1' } }));
    const request = { EncryptionContext: { subject: 's-1', Subject: 's-2' } };
    assert(!holds({ StringEquals: { 'kms:EncryptionContext:subject': 's-1' } }, { request }), 'ambiguous');
  });
  it('kms:EncryptionContextKeys holds the names of all pairs', () => {
    const names = { 'kms:EncryptionContextKeys': ['subject', 'kind', 'epoch'] };
    assert(holds({ 'ForAllValues:StringEquals': names }));
    assert(!holds({ 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['subject', 'kind'] } }));
    assert(
      !holds({ 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['Subject', 'kind', 'epoch'] } }),
    );
    assert(holds({ 'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': 'subject' } }));
    assert(!holds({ 'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': 'other' } }));
    const none = { request: { EncryptionContext: {} } };
    assert(
      holds({ 'ForAllValues:StringEquals': names }, none),
      'of no names all are in the list, as IAM warns',
    );
    assert(!holds({ 'ForAnyValue:StringEquals': names }, none));
    assert(holds({ Null: { 'kms:EncryptionContextKeys': 'true' } }, none));
    assert(!holds({ Null: { 'kms:EncryptionContextKeys': 'true' } }));
  });
  it('kms:GrantOperations, kms:GrantConstraintType, kms:GranteePrincipal, kms:RetiringPrincipal describe a new grant', () => {
    const given = create({
      Operations: ['Decrypt', 'Encrypt'],
      Constraints: { EncryptionContextSubset: { a: '1' } },
      GranteePrincipal: role('collect'),
      RetiringPrincipal: role('expire'),
    });
    assert(
      holds(
        { 'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Encrypt', 'Decrypt', 'Sign'] } },
        given,
      ),
    );
    assert(!holds({ 'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Encrypt'] } }, given));
    assert(
      !holds({ StringEquals: { 'kms:GrantOperations': 'Decrypt' } }, given),
      'several values need a set operator',
    );
    assert(holds({ StringEquals: { 'kms:GrantConstraintType': 'EncryptionContextSubset' } }, given));
    assert(!holds({ StringEquals: { 'kms:GrantConstraintType': 'EncryptionContextEquals' } }, given));
    assert(holds({ StringEquals: { 'kms:GranteePrincipal': role('collect') } }, given));
    assert(!holds({ StringEquals: { 'kms:GranteePrincipal': role('seal') } }, given));
    assert(holds({ ArnEquals: { 'kms:RetiringPrincipal': role('expire') } }, given));
    assert(!holds({ StringEquals: { 'kms:GranteePrincipal': role('collect') } }), 'absent on other calls');
    assert(
      !holds(
        { StringEquals: { 'kms:RetiringPrincipal': role('expire') } },
        create({ Operations: ['Decrypt'] }),
      ),
    );
  });
  it('kms:GrantIsForAWSResource is false and kms:ViaService absent: calls come directly', () => {
    assert(!holds({ Bool: { 'kms:GrantIsForAWSResource': 'true' } }, create({ Operations: ['Decrypt'] })));
    assert(holds({ Bool: { 'kms:GrantIsForAWSResource': 'false' } }, create({ Operations: ['Decrypt'] })));
    assert(!holds({ StringEquals: { 'kms:ViaService': 'dynamodb.eu-central-1.amazonaws.com' } }));
    assert(holds({ StringNotEquals: { 'kms:ViaService': 'dynamodb.eu-central-1.amazonaws.com' } }));
    assert(!holds({ StringEquals: { 'aws:SourceAccount': ACCOUNT } }));
  });
  it('aws:PrincipalArn of a session is its role', () => {
    assert(holds({ ArnEquals: { 'aws:PrincipalArn': role('collect') } }));
    assert(holds({ StringEquals: { 'aws:PrincipalArn': role('collect') } }));
    assert(!holds({ ArnEquals: { 'aws:PrincipalArn': session('collect') } }));
    assert(holds({ ArnLike: { 'aws:PrincipalArn': role('coll*') } }));
    assert(!holds({ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam:*' } }), 'a star stays within its part');
  });
  it('kms:CallerAccount, kms:RequestAlias, kms:ResourceAliases and tags are known', () => {
    assert(holds({ StringEquals: { 'kms:CallerAccount': ACCOUNT, 'aws:PrincipalAccount': ACCOUNT } }));
    assert(!holds({ StringEquals: { 'kms:CallerAccount': '999999999999' } }));
    assert(!holds({ StringEquals: { 'kms:RequestAlias': 'alias/vault' } }), 'called by its ARN');
    assert(
      holds({ StringEquals: { 'kms:RequestAlias': 'alias/vault' } }, { request: { KeyId: 'alias/vault' } }),
    );
    assert(holds({ 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/vault' } }));
    assert(holds({ StringEquals: { 'aws:ResourceTag/epoch': '2026-11', 'aws:PrincipalTag/team': 'legal' } }));
    assert(!holds({ StringEquals: { 'aws:ResourceTag/other': '2026-11' } }));
  });
  it('kms:EncryptionAlgorithm is the one used, also where the request does not say it', () => {
    const symmetric = { StringEquals: { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT' } };
    for (const operation of ['Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo', 'GenerateDataKeyPair'])
      assert(holds(symmetric, { operation }), operation);
    assert(!holds(symmetric, { request: { EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' } }));
    assert(!holds(symmetric, { operation: 'Sign' }));
  });
  it('aws:RequestTag and aws:TagKeys are those that a call gives or takes', () => {
    const Tags = [{ TagKey: 'writ', TagValue: 'vault' }];
    const tagged = { StringEquals: { 'aws:RequestTag/writ': 'vault' } };
    const only = { 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'writ' } };
    for (const operation of ['TagResource', 'ReplicateKey']) {
      assert(holds({ ...tagged, ...only }, { operation, request: { Tags } }), operation);
      assert(!holds(tagged, { operation, request: {} }));
    }
    assert(holds(only, { operation: 'UntagResource', request: { TagKeys: ['writ'] } }));
    assert(!holds(only, { operation: 'UntagResource', request: { TagKeys: ['other'] } }));
    assert(!holds(tagged), 'on other calls there are none');
  });
  it('kms:MultiRegion is a property of the key, and only a multi-Region key has a kms:MultiRegionKeyType', () => {
    assert(holds({ Bool: { 'kms:MultiRegion': 'false' }, Null: { 'kms:MultiRegionKeyType': 'true' } }));
    assert(!holds({ Bool: { 'kms:MultiRegion': 'true' } }));
  });
  it('kms:BypassPolicyLockoutSafetyCheck is there for a new policy, if the call says it', () => {
    const put = (request: KmsRequest) => ({ operation: 'PutKeyPolicy', request });
    const bypassed = { Bool: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' } };
    assert(holds(bypassed, put({ BypassPolicyLockoutSafetyCheck: true })));
    assert(!holds(bypassed, put({ BypassPolicyLockoutSafetyCheck: false })));
    assert(holds({ Null: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' } }, put({})));
    assert(!holds(bypassed, { request: { BypassPolicyLockoutSafetyCheck: true } }));
  });
});
