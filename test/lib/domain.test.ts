import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ofType, synthesize } from './synth.ts';

const certificate = 'arn:aws:acm:eu-central-1:111122223333:certificate/1b2c';
const { resources, template } = synthesize({ stage: 'dev', authority: 'disclosure.example', certificate });

test('with a certificate, one deployment makes the domain: the API below /v1, and a page at its own address', () => {
  const [name, ...others] = ofType(resources, 'AWS::ApiGateway::DomainName');
  assert.equal(others.length, 0);
  const { DomainName, RegionalCertificateArn, SecurityPolicy } = name?.Properties ?? {};
  assert.deepEqual(
    [DomainName, RegionalCertificateArn, SecurityPolicy],
    ['disclosure.example', certificate, 'TLS_1_2'],
  );
  const mappings = ofType(resources, 'AWS::ApiGateway::BasePathMapping').map(({ Properties }) => Properties);
  const stages = ofType(resources, 'AWS::ApiGateway::Stage');
  const stageOf = (mapping: Record<string, unknown>) =>
    stages.find(({ id }) => JSON.stringify(mapping.Stage) === JSON.stringify({ Ref: id }))?.Properties
      .StageName;
  assert.deepEqual(
    new Map(mappings.map((each) => [each.BasePath, stageOf(each)])),
    new Map([
      ['v1', 'v1'],
      [undefined, 'home'],
    ]),
  );
  assert.ok(template.toJSON().Outputs.DomainTarget);
});

test('the domain’s own address leads to the page, and runs no code', () => {
  const methods = ofType(resources, 'AWS::ApiGateway::Method').map(({ Properties }) =>
    JSON.stringify(Properties),
  );
  const redirects = methods.filter((text) => text.includes('"MOCK"'));
  assert.equal(redirects.length, 1);
  assert.match(redirects[0] ?? '', /"method\.response\.header\.Location":"'\/v1\/'"/);
  assert.match(redirects[0] ?? '', /"StatusCode":"308"/);
});

test('without a certificate there is no domain', () => {
  const { resources: plain } = synthesize({ stage: 'dev', authority: 'disclosure.example' });
  assert.deepEqual(ofType(plain, 'AWS::ApiGateway::DomainName'), []);
});
