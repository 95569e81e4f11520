import { type CfnResource, RemovalPolicy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from './config.ts';

/** What CloudFormation does with a resource that holds data when it leaves the stack. */
export function removal(config: Config): RemovalPolicy {
  return config.stage === 'prod' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
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
