/**
 * MiniStack's CloudFormation makes a bucket without its `ObjectLockConfiguration`; its S3 has Object Lock all the
 * same. So what the template says of it is put in place after the deployment, where it is missing. On an emulator
 * or account that does it by itself, this changes nothing.
 */
import { readFileSync } from 'node:fs';
import { CloudFormationClient, DescribeStackResourceCommand } from '@aws-sdk/client-cloudformation';
import {
  GetObjectLockConfigurationCommand,
  type ObjectLockConfiguration,
  PutObjectLockConfigurationCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { Credentials } from '#dev/cloud/emulator.ts';

interface Template {
  readonly Resources: Readonly<
    Record<string, { Type: string; Properties?: { ObjectLockConfiguration?: ObjectLockConfiguration } }>
  >;
}

/** As much of a cloud as it takes to reach it. */
interface Reachable {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
}

export async function mendObjectLock(
  cloud: Reachable,
  templateFile: string,
  stackName: string,
): Promise<void> {
  const { Resources } = JSON.parse(readFileSync(templateFile, 'utf8')) as Template;
  // AWS itself needs no mending, and is a cloud without an endpoint.
  if (cloud.endpoint === '') return;
  const settings = { endpoint: cloud.endpoint, region: cloud.region, credentials: cloud.credentials };
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  const cloudFormation = new CloudFormationClient(settings);
  for (const [logicalId, { Type, Properties }] of Object.entries(Resources)) {
    const wanted = Properties?.ObjectLockConfiguration;
    if (Type !== 'AWS::S3::Bucket' || wanted === undefined) continue;
    const resource = await cloudFormation.send(
      new DescribeStackResourceCommand({ StackName: stackName, LogicalResourceId: logicalId }),
    );
    const Bucket = resource.StackResourceDetail?.PhysicalResourceId;
    if (Bucket === undefined || (await isLocked(s3, Bucket))) continue;
    await s3.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: wanted }));
  }
}

async function isLocked(s3: S3Client, Bucket: string): Promise<boolean> {
  try {
    const found = await s3.send(new GetObjectLockConfigurationCommand({ Bucket }));
    return found.ObjectLockConfiguration?.Rule !== undefined;
  } catch (error) {
    if (error instanceof S3ServiceException && error.name === 'ObjectLockConfigurationNotFoundError')
      return false;
    throw error;
  }
}
