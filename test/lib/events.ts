/** Events of CloudTrail as EventBridge carries them, by each kind of caller (CloudTrail User Guide, "userIdentity element"). */

export const account = '111122223333';
export const region = 'eu-central-1';
const attributes = { creationDate: '2026-11-24T09:00:00Z', mfaAuthenticated: 'true' };

export type Identity = { readonly type: string; readonly invokedBy?: string } & Readonly<
  Record<string, unknown>
>;

/** Somebody in a role's session. @param arn the role's */
export const inRole = (arn: string): Identity => ({
  type: 'AssumedRole',
  principalId: 'AROAEXAMPLE:session',
  arn: `${arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/session`,
  accountId: account,
  accessKeyId: 'ASIAEXAMPLE',
  sessionContext: {
    sessionIssuer: {
      type: 'Role',
      principalId: 'AROAEXAMPLE',
      arn,
      accountId: account,
      userName: arn.slice(arn.lastIndexOf('/') + 1),
    },
    webIdFederationData: {},
    attributes,
  },
});

const roleArn = (name: string) => `arn:aws:iam::${account}:role/${name}`;

/** One of each kind that makes calls. */
export const identities: Readonly<Record<string, Identity>> = {
  'root with an access key': {
    type: 'Root',
    principalId: account,
    arn: `arn:aws:iam::${account}:root`,
    accountId: account,
    accessKeyId: 'AKIAEXAMPLE',
  },
  'root at the console': {
    type: 'Root',
    principalId: account,
    arn: `arn:aws:iam::${account}:root`,
    accountId: account,
    accessKeyId: 'ASIAEXAMPLE',
    sessionContext: { sessionIssuer: {}, webIdFederationData: {}, attributes },
  },
  'an IAM user': {
    type: 'IAMUser',
    principalId: 'AIDAEXAMPLE',
    arn: `arn:aws:iam::${account}:user/alice`,
    accountId: account,
    accessKeyId: 'AKIAEXAMPLE',
    userName: 'alice',
  },
  'an IAM user at the console': {
    type: 'IAMUser',
    principalId: 'AIDAEXAMPLE',
    arn: `arn:aws:iam::${account}:user/alice`,
    accountId: account,
    userName: 'alice',
    sessionContext: { attributes },
  },
  'an administrator’s role': inRole(roleArn('Admin')),
  'somebody signed in through IAM Identity Center': inRole(
    roleArn('aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef'),
  ),
  'a federated user': {
    type: 'FederatedUser',
    principalId: `${account}:bob`,
    arn: `arn:aws:sts::${account}:federated-user/bob`,
    accountId: account,
    accessKeyId: 'ASIAEXAMPLE',
    sessionContext: {
      sessionIssuer: {
        type: 'IAMUser',
        principalId: 'AIDAEXAMPLE',
        arn: `arn:aws:iam::${account}:user/alice`,
        accountId: account,
        userName: 'alice',
      },
      attributes,
    },
  },
  'another account': { type: 'AWSAccount', principalId: 'AIDAOTHER', accountId: '444455556666' },
  'a user of Identity Center itself': {
    type: 'IdentityCenterUser',
    accountId: account,
    onBehalfOf: {
      userId: '544894e8-80c1-707f-60e3-3ba6510dfac1',
      identityStoreArn: `arn:aws:identitystore::${account}:identitystore/d-9067642ac7`,
    },
    credentialId: 'EXAMPLE',
  },
};

/** A service of AWS on its own account. */
export const service = (name: string): Identity => ({ type: 'AWSService', invokedBy: name });

/** A service on behalf of somebody. */
export const through = (name: string, identity: Identity): Identity => ({ ...identity, invokedBy: name });

/** @param of `kms`, for the event source kms.amazonaws.com */
export function cloudTrailEvent(of: string, eventName: string, userIdentity: Identity, from = '203.0.113.7') {
  return {
    version: '0',
    id: '6f87d04b-9f74-4f04-a780-7acf4b0a9b38',
    'detail-type': 'AWS API Call via CloudTrail',
    source: `aws.${of}`,
    account,
    time: '2026-11-24T10:00:00Z',
    region,
    resources: [],
    detail: {
      eventVersion: '1.11',
      userIdentity,
      eventTime: '2026-11-24T10:00:00Z',
      eventSource: `${of}.amazonaws.com`,
      eventName,
      awsRegion: region,
      sourceIPAddress: userIdentity.invokedBy ?? from,
      userAgent: userIdentity.invokedBy ?? 'aws-cli/2.31.0',
      requestParameters: {},
      responseElements: null,
      requestID: 'c1a2b3c4-0000-4000-8000-000000000000',
      eventID: 'd1a2b3c4-0000-4000-8000-000000000000',
      readOnly: false,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: account,
      eventCategory: 'Management',
    },
  };
}
