import { aws_apigateway as apigateway, aws_logs as logs, RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { WritFunction } from './function.ts';

/**
 * The wire: a REST API whose stage is called `v1`, so that `/v1/requests` is the path on the default endpoint and on
 * a custom domain alike, and clients sign what they send.
 */
export class Gateway extends Construct {
  readonly api: apigateway.RestApi;

  constructor(
    scope: Construct,
    id: string,
    serves: Record<'request' | 'collect' | 'review' | 'provider' | 'registry' | 'log', WritFunction>,
  ) {
    super(scope, id);
    const accessLog = new logs.LogGroup(this, 'AccessLog', {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const field = apigateway.AccessLogField;
    this.api = new apigateway.RestApi(this, 'Api', {
      restApiName: 'writ',
      description: 'Writ disclosure gateway',
      endpointTypes: [apigateway.EndpointType.REGIONAL],
      // Tiles are bytes; and whatever arrives is handed on as the bytes that were signed.
      binaryMediaTypes: ['*/*'],
      // Access logs need it, and an account that has never had an API has none.
      cloudWatchRole: true,
      cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN,
      deployOptions: {
        stageName: 'v1',
        throttlingRateLimit: 50,
        throttlingBurstLimit: 100,
        metricsEnabled: true,
        // Which route answered what: no address, no path with an id, no agent.
        accessLogDestination: new apigateway.LogGroupLogDestination(accessLog),
        accessLogFormat: apigateway.AccessLogFormat.custom(
          JSON.stringify({
            id: field.contextRequestId(),
            at: field.contextRequestTimeEpoch(),
            route: `${field.contextHttpMethod()} ${field.contextResourcePath()}`,
            status: field.contextStatus(),
            ms: field.contextResponseLatency(),
          }),
        ),
      },
    });
    this.route('GET', 'provider', serves.provider);
    this.route('POST', 'requests', serves.request);
    this.route('GET', 'requests/{id}', serves.request);
    this.route('POST', 'requests/{id}/withdrawal', serves.request);
    this.route('POST', 'requests/{id}/validation', serves.request);
    this.route('POST', 'requests/{id}/notice', serves.request);
    this.route('POST', 'requests/{id}/collection', serves.collect);
    this.route('POST', 'preservations', serves.request);
    this.route('GET', 'preservations/{id}', serves.request);
    this.route('POST', 'preservations/{id}/extension', serves.request);
    this.route('GET', 'reviews', serves.review);
    this.route('GET', 'reviews/{id}', serves.review);
    this.route('GET', 'reviews/{id}/case-file', serves.review);
    this.route('POST', 'reviews/{id}/decisions', serves.review);
    this.route('POST', 'reviews/{id}/suspension', serves.review);
    this.route('GET', 'registry/changes', serves.registry);
    this.route('POST', 'registry/changes', serves.registry);
    this.route('GET', 'registry/changes/{id}', serves.registry);
    this.route('POST', 'registry/changes/{id}/decisions', serves.registry);
    this.route('POST', 'registry/revocations', serves.registry);
    this.route('GET', 'log/checkpoint', serves.log);
    this.route('GET', 'log/tile/{path+}', serves.log);
    this.route('GET', 'transparency', serves.log);
    this.problems();
  }

  private route(method: string, path: string, fn: WritFunction): void {
    this.api.root.resourceForPath(path).addMethod(method, new apigateway.LambdaIntegration(fn));
  }

  /** What API Gateway refuses by itself is problem+json too. */
  private problems(): void {
    const { MISSING_AUTHENTICATION_TOKEN, REQUEST_TOO_LARGE, THROTTLED, DEFAULT_4XX, DEFAULT_5XX } =
      apigateway.ResponseType;
    const answers = [
      [MISSING_AUTHENTICATION_TOKEN, 404, 'not-found', 'There is no such thing here for this key'],
      [REQUEST_TOO_LARGE, 413, 'body-too-large', 'The body is larger than this route takes'],
      [THROTTLED, 429, 'try-again', 'Too many calls at once, try again'],
      [DEFAULT_4XX, undefined, 'message-malformed', 'The message cannot be signed unambiguously'],
      [DEFAULT_5XX, undefined, 'internal', 'Something failed on our side; nothing was disclosed'],
    ] as const;
    for (const [type, status, code, title] of answers) {
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
