import { App } from 'aws-cdk-lib';
import { readMonitorSettings } from '../monitor/settings.ts';
import { LogMonitorStack } from '../monitor/stack.ts';

/**
 * A monitor of somebody else's log, in your own account: `npx cdk deploy -a 'node bin/monitor.ts' -c url=… -c key=…`
 * (docs/monitor.md).
 */
const app = new App();
const settings = readMonitorSettings((name) => app.node.tryGetContext(name));
new LogMonitorStack(app, settings.stackName, settings);
