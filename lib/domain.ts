import { aws_certificatemanager as acm, aws_apigateway as apigateway } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/**
 * The custom domain: the API below `/v1`, where callers sign for it, and the domain's own address, which leads to the page
 * that everybody may read. Each is an API of its own, since API Gateway maps one API to one part of a domain's paths.
 */
export class Domain extends Construct {
  /** What the domain's DNS entry is an alias of. */
  readonly target: string;

  constructor(
    scope: Construct,
    id: string,
    { api, authority, certificate }: { api: apigateway.RestApi; authority: string; certificate: string },
  ) {
    super(scope, id);
    const domain = new apigateway.DomainName(this, 'Name', {
      domainName: authority,
      certificate: acm.Certificate.fromCertificateArn(this, 'Certificate', certificate),
      endpointType: apigateway.EndpointType.REGIONAL,
      securityPolicy: apigateway.SecurityPolicy.TLS_1_2,
    });
    domain.addBasePathMapping(api, { basePath: 'v1' });
    domain.addBasePathMapping(this.home());
    this.target = domain.domainNameAliasDomainName;
  }

  /** One redirect, which runs no code. */
  private home(): apigateway.RestApi {
    const api = new apigateway.RestApi(this, 'Home', {
      description: 'Writ: leads from the domain to the page that everybody may read',
      endpointTypes: [apigateway.EndpointType.REGIONAL],
      cloudWatchRole: false,
      deployOptions: { stageName: 'home', throttlingRateLimit: 50, throttlingBurstLimit: 100 },
    });
    api.root.addMethod(
      'GET',
      new apigateway.MockIntegration({
        requestTemplates: { 'application/json': '{"statusCode":308}' },
        integrationResponses: [
          { statusCode: '308', responseParameters: { 'method.response.header.Location': "'/v1/'" } },
        ],
      }),
      {
        methodResponses: [
          { statusCode: '308', responseParameters: { 'method.response.header.Location': true } },
        ],
      },
    );
    return api;
  }
}
