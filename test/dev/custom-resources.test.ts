import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Ask, completeFallbacks, type StackResource } from '#dev/cloud/custom-resources.ts';

const fallback = (type: string) => `Resource type ${type} is not supported but was deployed as a fallback`;
const theFunction: StackResource = {
  LogicalResourceId: 'Deployed1234',
  PhysicalResourceId: 'Writ-Deployed1234-abcd',
  ResourceType: 'AWS::Lambda::Function',
};
const theDeployment: StackResource = {
  LogicalResourceId: 'Deployment',
  PhysicalResourceId: 'unknown',
  ResourceType: 'Custom::WritDeployment',
  ResourceStatusReason: fallback('Custom::WritDeployment'),
};
const template = {
  Resources: {
    Deployment: {
      Properties: {
        ServiceToken: { 'Fn::GetAtt': ['Deployed1234', 'Arn'] },
        code: 'sha-256=:AAAA:',
        policy: 'sha-256=:BBBB:',
        keys: 'Current',
      },
    },
  },
};

describe('resources that were deployed as a fallback', () => {
  const asked: { functionName: string; event: Parameters<Ask>[1] }[] = [];
  const answering =
    (answer: unknown): Ask =>
    async (functionName, event) => {
      asked.push({ functionName, event });
      return answer;
    };
  const complete = (resources: readonly StackResource[], answer: unknown = { Status: 'SUCCESS' }) => {
    asked.length = 0;
    return completeFallbacks(resources, template, 'Writ', answering(answer));
  };

  it('are none where custom resources run, and then nobody is asked', async () => {
    await complete([theFunction, { ...theDeployment, ResourceStatusReason: 'Resource creation Initiated' }]);
    assert.deepEqual(asked, []);
  });

  it('are made by their function, as CloudFormation has it make them', async () => {
    await complete([theDeployment, theFunction]);
    const [{ functionName, event } = assert.fail()] = asked;
    assert.equal(asked.length, 1);
    assert.equal(functionName, 'Writ-Deployed1234-abcd');
    const { RequestId, ...rest } = event;
    assert.match(RequestId, /^[0-9a-f-]{36}$/);
    assert.deepEqual(rest, {
      RequestType: 'Create',
      StackId: 'Writ',
      ResourceType: 'Custom::WritDeployment',
      LogicalResourceId: 'Deployment',
      ServiceToken: 'Writ-Deployed1234-abcd',
      ResourceProperties: {
        ServiceToken: 'Writ-Deployed1234-abcd',
        code: 'sha-256=:AAAA:',
        policy: 'sha-256=:BBBB:',
        keys: 'Current',
      },
    });
  });

  it('fail the deployment if they are not ours, each by its name, and ours is not made then', async () => {
    const waf = 'AWS::WAFv2::WebACL';
    const stranger = { LogicalResourceId: 'Wall', ResourceType: waf, ResourceStatusReason: fallback(waf) };
    await assert.rejects(complete([theFunction, theDeployment, stranger]), /Wall \(AWS::WAFv2::WebACL\)/);
    assert.deepEqual(asked, []);
  });

  it('fail the deployment if their function says so, with its reason', async () => {
    const failed = { Status: 'FAILED', Reason: 'The log could not record this deployment.' };
    await assert.rejects(complete([theFunction, theDeployment], failed), /could not record this deployment/);
  });

  it('fail the deployment if their function is not in the stack, or answers something else', async () => {
    await assert.rejects(complete([theDeployment]), /Deployed1234, which the stack does not have/);
    await assert.rejects(complete([theFunction, theDeployment], { status: 'SUCCESS' }));
  });
});
