import { aws_apigateway as apigateway, aws_logs as logs, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { problems } from '#core/problem.ts';
import { gatewayRefusals } from '#core/wire/refusals.ts';
import { servedRoutes } from '#core/wire/routes.ts';
import type { Config } from './config.ts';
import type { WritFunction } from './function.ts';
import { type FunctionName, functionServing } from './functions.ts';

/**
 * The wire: a REST API whose stage is called `v1`. So `/v1/requests` is the path on the default endpoint and on a custom
 * domain alike, and the path that a client signs is the path that arrives.
 */
export class Gateway extends Construct {
  readonly api: apigateway.RestApi;

  constructor(
    scope: Construct,
    id: string,
    { fn, config }: { fn: Record<FunctionName, WritFunction>; config: Config },
  ) {
    super(scope, id);
    this.api = new apigateway.RestApi(this, 'Api', {
      // Metrics and alarms know an API by its name alone: two stacks of a region have two.
      restApiName: Stack.of(this).stackName,
      description: 'Writ disclosure gateway',
      endpointTypes: [apigateway.EndpointType.REGIONAL],
      // Tiles are bytes, and functions verify signatures over the bytes that arrived.
      // To AWS the second is within the first; LocalStack takes no wildcard for a match.
      binaryMediaTypes: ['*/*', 'application/octet-stream'],
      // One role writes the logs of all APIs of an account and region, and a new one takes the old one's place (API Gateway
      // Developer Guide, "Set up CloudWatch logging"). It stays when the stack goes: other APIs may have come to need it.
      ...(config.apiLogs === 'own'
        ? { cloudWatchRole: true, cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN }
        : { cloudWatchRole: false }),
      deployOptions: {
        stageName: 'v1',
        throttlingRateLimit: 50,
        throttlingBurstLimit: 100,
        metricsEnabled: true,
        ...(config.apiLogs === 'none' ? {} : this.accessLogs()),
      },
    });
    for (const { method, path, server } of servedRoutes) {
      const resource = this.api.root.resourceForPath(path);
      resource.addMethod(
        method,
        new apigateway.LambdaIntegration(fn[functionServing(server)], { allowTestInvoke: false }),
      );
    }
    this.problems();
  }

  /** The route and the status alone: no address, no path with an id, no user agent (I1). */
  private accessLogs(): Pick<apigateway.StageOptions, 'accessLogDestination' | 'accessLogFormat'> {
    const field = apigateway.AccessLogField;
    const group = new logs.LogGroup(this, 'AccessLog', {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    return {
      accessLogDestination: new apigateway.LogGroupLogDestination(group),
      accessLogFormat: apigateway.AccessLogFormat.custom(
        JSON.stringify({
          id: field.contextRequestId(),
          at: field.contextRequestTimeEpoch(),
          route: `${field.contextHttpMethod()} ${field.contextResourcePath()}`,
          status: field.contextStatus(),
          ms: field.contextResponseLatency(),
        }),
      ),
    };
  }

  /** API Gateway's own refusals are problem+json too. */
  private problems(): void {
    for (const { when, status, code } of gatewayRefusals) {
      const type = apigateway.ResponseType[when];
      const title = status === 429 ? 'Too many calls at once, try again' : problems[code][1];
      this.api.addGatewayResponse(`Problem${type.responseType}`, {
        type,
        ...(status === undefined ? {} : { statusCode: String(status) }),
        responseHeaders: { 'Content-Type': "'application/problem+json'" },
        templates: {
          'application/json': JSON.stringify({
            type: `urn:writ:problem:${code}`,
            title,
            code,
            ...(status === undefined ? {} : { status }),
          }),
        },
      });
    }
  }
}
