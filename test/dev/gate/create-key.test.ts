import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Principal } from '#dev/cloud/gate/call.ts';
import { errorOf } from '#dev/cloud/gate/emulated.ts';
import { createKeyRefusal, policyRefusal } from '#dev/cloud/gate/judge.ts';
import type { Statement } from '#dev/cloud/gate/policy.ts';
import type { KmsRequest } from '#dev/cloud/gate/request.ts';

const ACCOUNT = '111122223333';
const REGION = 'eu-central-1';
const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/prepare`;
const KEYS = `arn:aws:kms:${REGION}:${ACCOUNT}:key`;

const allow = (Action: string, more: Partial<Statement> = {}): Statement => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...more,
});
const deny = (Action: string, more: Partial<Statement> = {}): Statement => ({
  ...allow(Action, more),
  Effect: 'Deny',
});

const by = (own: readonly Statement[] | null, limits: Principal['limits'] = []): Principal => ({
  arn: own === null ? ROOT : `arn:aws:sts::${ACCOUNT}:assumed-role/prepare/session`,
  account: ACCOUNT,
  type: own === null ? 'Root' : 'AssumedRole',
  identityPolicies: own,
  limits,
  tags: { team: 'vault' },
});

/** The name of KMS's refusal, or nothing. */
const refused = (principal: Principal, request: KmsRequest = {}) => {
  const reply = createKeyRefusal(request, principal, REGION);
  return reply && errorOf(reply)?.type;
};
const DENIED = 'AccessDeniedException';

describe('CreateKey', () => {
  it('is decided by identity policies alone: nothing else can allow it', () => {
    assert.equal(refused(by([])), DENIED);
    assert.equal(refused(by([allow('kms:CreateKey')])), undefined);
    assert.equal(refused(by([allow('kms:*')])), undefined);
    assert.equal(refused(by([allow('kms:CreateGrant')])), DENIED);
  });
  it('is on no key, so that a policy about keys does not allow it', () => {
    assert.equal(refused(by([allow('kms:CreateKey', { Resource: `${KEYS}/*` })])), DENIED);
  });
  it('is allowed to the root, which has every permission', () => {
    assert.equal(refused(by(null)), undefined);
    assert.equal(refused(by(null), { Tags: [{ TagKey: 'a', TagValue: 'b' }] }), undefined);
  });
  it('is denied by an explicit deny, in the caller’s policy, a boundary or a session policy', () => {
    assert.equal(refused(by([allow('*'), deny('kms:CreateKey')])), DENIED);
    assert.equal(refused(by([allow('*')], [[allow('*'), deny('kms:Create*')]])), DENIED);
  });
  it('stays within a boundary and session policies', () => {
    assert.equal(refused(by([allow('kms:CreateKey')], [[allow('s3:*')]])), DENIED);
    assert.equal(
      refused(by([allow('kms:CreateKey')], [[allow('kms:CreateKey')], [allow('kms:*')]])),
      undefined,
    );
    assert.equal(refused(by([allow('kms:CreateKey')], [[allow('kms:CreateKey')], []])), DENIED);
  });

  /** Condition, requests that meet it, requests that do not. */
  const rows: readonly [
    string,
    NonNullable<Statement['Condition']>,
    readonly KmsRequest[],
    readonly KmsRequest[],
  ][] = [
    [
      'kms:KeySpec, also the default and the old name',
      { StringEquals: { 'kms:KeySpec': 'SYMMETRIC_DEFAULT' } },
      [{}, { KeySpec: 'SYMMETRIC_DEFAULT' }, { CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT' }],
      [{ KeySpec: 'HMAC_256' }, { CustomerMasterKeySpec: 'RSA_2048' }],
    ],
    [
      'kms:KeyUsage',
      { StringEquals: { 'kms:KeyUsage': 'ENCRYPT_DECRYPT' } },
      [{}, { KeyUsage: 'ENCRYPT_DECRYPT' }],
      [{ KeyUsage: 'SIGN_VERIFY' }],
    ],
    [
      'kms:KeyOrigin',
      { StringEquals: { 'kms:KeyOrigin': 'AWS_KMS' } },
      [{}, { Origin: 'AWS_KMS' }],
      [{ Origin: 'EXTERNAL' }],
    ],
    [
      'kms:MultiRegion',
      { Bool: { 'kms:MultiRegion': 'false' } },
      [{}, { MultiRegion: false }],
      [{ MultiRegion: true }],
    ],
    [
      'kms:MultiRegionKeyType',
      { Null: { 'kms:MultiRegionKeyType': 'true' } },
      [{}, { MultiRegion: false }],
      [{ MultiRegion: true }],
    ],
    [
      'kms:BypassPolicyLockoutSafetyCheck',
      { Bool: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' } },
      [{ BypassPolicyLockoutSafetyCheck: true }],
      [{}, { BypassPolicyLockoutSafetyCheck: false }],
    ],
    [
      'kms:BypassPolicyLockoutSafetyCheck, which is not there unless it is given',
      { Null: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' } },
      [{}],
      [{ BypassPolicyLockoutSafetyCheck: true }, { BypassPolicyLockoutSafetyCheck: false }],
    ],
    [
      'aws:RequestTag',
      { StringEquals: { 'aws:RequestTag/writ': 'vault' } },
      [
        { Tags: [{ TagKey: 'writ', TagValue: 'vault' }] },
        {
          Tags: [
            { TagKey: 'a', TagValue: 'b' },
            { TagKey: 'writ', TagValue: 'vault' },
          ],
        },
      ],
      [{}, { Tags: [] }, { Tags: [{ TagKey: 'writ', TagValue: 'desk' }] }],
    ],
    [
      'aws:TagKeys',
      { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['writ'] }, Null: { 'aws:TagKeys': 'false' } },
      [{ Tags: [{ TagKey: 'writ', TagValue: 'x' }] }],
      [
        {},
        {
          Tags: [
            { TagKey: 'writ', TagValue: 'x' },
            { TagKey: 'other', TagValue: 'x' },
          ],
        },
      ],
    ],
    [
      'aws:PrincipalTag and aws:PrincipalArn of the caller',
      { StringEquals: { 'aws:PrincipalTag/team': 'vault' }, ArnEquals: { 'aws:PrincipalArn': ROLE } },
      [{}],
      [],
    ],
    [
      'kms:CallerAccount, which only calls on a key have',
      { Null: { 'kms:CallerAccount': 'true' } },
      [{}],
      [],
    ],
    ['a condition key that nobody knows', { StringNotEquals: { 'kms:Unheard': 'x' } }, [], [{}]],
  ];
  for (const [name, Condition, met, unmet] of rows) {
    it(`follows ${name}`, () => {
      const own = [allow('kms:CreateKey', { Condition }), allow('kms:TagResource')];
      for (const request of met) assert.equal(refused(by(own), request), undefined, JSON.stringify(request));
      for (const request of unmet) assert.equal(refused(by(own), request), DENIED, JSON.stringify(request));
    });
  }

  it('with tags needs kms:TagResource on the account’s keys as well, under the same tags', () => {
    const Tags = [{ TagKey: 'writ', TagValue: 'vault' }];
    const create = allow('kms:CreateKey');
    assert.equal(refused(by([create]), { Tags }), DENIED);
    assert.equal(refused(by([create]), { Tags: [] }), undefined);
    assert.equal(refused(by([create, allow('kms:TagResource')]), { Tags }), undefined);
    const resource = (Resource: string) => by([create, allow('kms:TagResource', { Resource })]);
    assert.equal(refused(resource(`arn:aws:kms:*:${ACCOUNT}:key/*`), { Tags }), undefined);
    assert.equal(refused(resource(`${KEYS}/1234abcd-12ab-34cd-56ef-1234567890ab`), { Tags }), DENIED);
    const tagged = (value: string) =>
      by([
        create,
        allow('kms:TagResource', { Condition: { StringEquals: { 'aws:RequestTag/writ': value } } }),
      ]);
    assert.equal(refused(tagged('vault'), { Tags }), undefined);
    assert.equal(refused(tagged('desk'), { Tags }), DENIED);
    assert.equal(refused(by([create, allow('kms:*'), deny('kms:TagResource')]), { Tags }), DENIED);
    assert.equal(refused(by([create, allow('kms:*')], [[create]]), { Tags }), DENIED);
  });
});

describe('the lockout safety check', () => {
  const naming = (AWS: string, more: object = {}) =>
    JSON.stringify({
      Statement: [{ Effect: 'Allow', Principal: { AWS }, Action: 'kms:*', Resource: '*', ...more }],
    });
  const create = allow('kms:CreateKey');
  const MALFORMED = 'MalformedPolicyDocumentException';

  it('takes a policy that lets its maker change it, by name', () => {
    assert.equal(refused(by([create]), { Policy: naming(ROLE) }), undefined);
    assert.equal(
      refused(by([create]), { Policy: naming('arn:aws:iam::111122223333:role/other') }),
      MALFORMED,
    );
    assert.equal(
      refused(by([create]), { Policy: naming(ROLE, { Action: 'kms:GetKeyPolicy' }) }),
      MALFORMED,
      'another action',
    );
  });
  it('takes a policy that names the account, if the maker’s own policies let it change policies', () => {
    assert.equal(refused(by(null), { Policy: naming(ROOT) }), undefined);
    assert.equal(refused(by([create]), { Policy: naming(ROOT) }), MALFORMED);
    assert.equal(refused(by([create, allow('kms:PutKeyPolicy')]), { Policy: naming(ROOT) }), undefined);
    assert.equal(refused(by(null), { Policy: naming(ROLE) }), MALFORMED, 'the root is not its roles');
  });
  it('is taken as a deny in the new policy says, too', () => {
    const Policy = JSON.stringify({
      Statement: [
        { Effect: 'Allow', Principal: { AWS: ROLE }, Action: 'kms:*', Resource: '*' },
        { Effect: 'Deny', Principal: '*', Action: 'kms:PutKeyPolicy', Resource: '*' },
      ],
    });
    assert.equal(refused(by([create]), { Policy }), MALFORMED);
  });
  it('is left out without a policy, or when the caller bypasses it', () => {
    assert.equal(refused(by([create])), undefined);
    const Policy = naming('arn:aws:iam::111122223333:role/other');
    assert.equal(refused(by([create]), { Policy, BypassPolicyLockoutSafetyCheck: true }), undefined);
  });
  it('comes after the decision: who may not create is not told about policies', () => {
    assert.equal(refused(by([]), { Policy: naming('arn:aws:iam::111122223333:role/other') }), DENIED);
  });
  it('refuses what is no policy, bypassed or not', () => {
    for (const Policy of [
      '',
      'null',
      '{}',
      '[]',
      '{"Statement":[]}',
      '{"Statement":[{}]}',
      '{"Statement":1}',
    ]) {
      for (const BypassPolicyLockoutSafetyCheck of [true, false])
        assert.equal(refused(by(null), { Policy, BypassPolicyLockoutSafetyCheck }), MALFORMED, Policy);
    }
  });
  it('knows the tags of the key, for policies that look at them', () => {
    const own = [
      allow('kms:*', { Condition: { StringEquals: { 'aws:ResourceTag/writ': 'vault' } } }),
      allow('kms:CreateKey'),
      allow('kms:TagResource'),
    ];
    const request = (TagValue: string) => ({ Policy: naming(ROOT), Tags: [{ TagKey: 'writ', TagValue }] });
    assert.equal(refused(by(own), request('vault')), undefined);
    assert.equal(refused(by(own), request('desk')), MALFORMED);
  });
  it('is made of a changed policy as of a new one', () => {
    const facts = (policy: string) => ({
      principal: by([]),
      key: {
        arn: `${KEYS}/k`,
        policy,
        spec: 'SYMMETRIC_DEFAULT',
        usage: 'ENCRYPT_DECRYPT',
        origin: 'AWS_KMS',
        multiRegion: null,
        aliases: [],
        tags: {},
      },
    });
    assert.equal(policyRefusal({ Policy: naming(ROLE) }, facts(naming(ROOT))), undefined);
    assert.ok(policyRefusal({ Policy: naming(ROOT) }, facts(naming(ROLE))), 'what the old one said is over');
  });
});
