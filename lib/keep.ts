import { type CfnResource, RemovalPolicy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from './config.ts';

/**
 * What CloudFormation does with a resource that holds data when it leaves the stack. In prod it keeps it, but for one that
 * the very operation made that is rolled back (`RetainExceptOnCreate`): it holds nothing yet, and a first deployment that
 * fails would leave it behind, for a dollar a month each key, and make another one at the next try.
 */
export function removal(config: Config): RemovalPolicy {
  return config.stage === 'prod' ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
}

/**
 * Pins the logical id of a resource that holds data. Moving a construct would otherwise rename it, and CloudFormation
 * would make a new, empty one.
 */
export function pin<C extends Construct>(construct: C, logicalId: string): C {
  const resource = construct.node.defaultChild as CfnResource;
  resource.overrideLogicalId(logicalId);
  return construct;
}
