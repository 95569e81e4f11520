import { App } from 'aws-cdk-lib';
import { readConfig } from '#lib/config.ts';
import { WritStack } from '#lib/writ-stack.ts';

/**
 * The CDK app. `npx cdk deploy` puts Writ into the account and region that the AWS credentials name;
 * `-c stage=prod` and the other settings of lib/config.ts shape it.
 */
const app = new App();
const config = readConfig((name) => app.node.tryGetContext(name));
new WritStack(app, config.stackName, { config });
