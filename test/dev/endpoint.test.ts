import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it, type TestContext } from 'node:test';
import { TLSSocket } from 'node:tls';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { awsOf } from '#dev/aws.ts';
import { startCloud } from '#dev/cloud/cloud.ts';
import { home, python } from '#dev/cloud/emulator.ts';
import { keepDirOf, readEndpoint } from '#dev/cloud/endpoint.ts';
import { productOf } from '#dev/cloud/probe.ts';
import { keysDirOf, refuseOthers } from '#dev/cloud/settled.ts';

const scratch = mkdtempSync(join(tmpdir(), 'writ-endpoint-'));
after(() => rmSync(scratch, { recursive: true }));

describe('WRIT_ENDPOINT', () => {
  for (const url of [
    'http://localhost:4566',
    'https://localhost:4566',
    'http://127.0.0.1:4566',
    'https://127.0.0.1:4566',
    'http://[::1]:4566',
    'http://localhost.localstack.cloud:4566',
    'https://localhost.localstack.cloud:4566',
    'http://localstack:4566',
    'http://localhost',
  ]) {
    it(`is called as it is written: ${url}`, () => {
      assert.equal(readEndpoint(url, {}).url, url);
      assert.equal(readEndpoint(`${url}/`, {}).url, url);
    });
  }

  for (const text of [
    'localhost:4566',
    '127.0.0.1:4566',
    'ftp://localhost',
    'http://localhost:4566/a',
    'x',
    '',
  ]) {
    it(`is refused where it is no address of a server: '${text}'`, () => {
      assert.throws(() => readEndpoint(text, {}), /is not an address such as http:\/\/localhost:4566\. Name/);
    });
  }

  it('goes with the region and credentials of the environment, else with those that emulators take', () => {
    const given = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' };
    assert.deepEqual(readEndpoint('http://localhost:1', given), {
      url: 'http://localhost:1',
      region: 'eu-west-1',
      credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
    });
    assert.equal(readEndpoint('http://localhost:1', { AWS_DEFAULT_REGION: 'eu-west-3' }).region, 'eu-west-3');
    assert.equal(readEndpoint('http://localhost:1', { AWS_REGION: '' }).region, 'eu-central-1');
    assert.equal(readEndpoint('http://localhost:1', {}).credentials.accessKeyId, 'test');
  });

  it('keeps what belongs to one account at one endpoint apart from every other', () => {
    const all = ['http://localhost:4566', 'https://localhost:4566', 'http://localhost:4567'].flatMap((url) =>
      ['000000000000', '123456789012'].map((account) => keepDirOf(url, account)),
    );
    assert.equal(new Set(all).size, all.length);
  });
});

describe('a cloud at an endpoint', () => {
  const account = '123456789012';
  let seen: { host: string; path: string; name: string | false | undefined | null }[] = [];
  let answers: (text: string, path: string) => { status: number; body: string } | undefined = () => undefined;
  const serve: RequestListener = (asked, answer) => {
    const chunks: Buffer[] = [];
    asked.on('data', (chunk: Buffer) => chunks.push(chunk));
    asked.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const { host = '' } = asked.headers;
      const name = asked.socket instanceof TLSSocket ? asked.socket.servername : undefined;
      seen.push({ host, path: asked.url ?? '', name });
      const given = answers(body, asked.url ?? '');
      const usual = given === undefined ? usually(asked.headers['x-amz-target'], body) : undefined;
      if (usual !== undefined) return answer.end(usual);
      answer.statusCode = given?.status ?? 404;
      answer.end(given?.body);
    });
  };
  /** As an emulator answers that enforces nothing. */
  const usually = (target: string | string[] | undefined, body: string): string | undefined => {
    if (target !== undefined) {
      return JSON.stringify({ KeyMetadata: { KeyId: 'a-key' }, CiphertextBlob: 'AA==', Signature: 'AA==' });
    }
    const [, action = ''] = /Action=(\w+)/.exec(body) ?? [];
    if (action.startsWith('Delete')) return `<${action}Response ${iam}/>`;
    return { GetCallerIdentity: identity(account), CreateUser: user, CreateAccessKey: accessKey }[action];
  };
  const plain = createServer(serve);
  let url: string;

  before(async () => {
    await once(plain.listen(0, '127.0.0.1'), 'listening');
    url = `http://localhost:${(plain.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    seen = [];
    answers = () => undefined;
  });
  after(() => {
    plain.closeAllConnections();
    plain.close();
  });
  const start = async (t: TestContext, endpoint: string, name: string) => {
    const cloud = await startCloud({ stateDir: join(scratch, name), say: () => {}, endpoint });
    t.after(() => cloud.stop().then(() => rmSync(cloud.keepDir, { recursive: true, force: true })));
    return cloud;
  };

  it('is in the account that STS names', async (t) => {
    const cloud = await start(t, url, 'account');
    assert.deepEqual([cloud.accountId, cloud.env.CDK_DEFAULT_ACCOUNT], [account, account]);
  });

  it('says what to do where STS does not answer', async (t) => {
    answers = (text) => (text.includes('GetCallerIdentity') ? { status: 403, body: '' } : undefined);
    await assert.rejects(
      start(t, url, 'nobody'),
      /STS at http:\/\/localhost:\d+ does not say whose .* set AWS_ACCESS_KEY_ID/,
    );
  });

  it('is refused before anything is deployed where nothing answers', async (t) => {
    const gone = createServer();
    await once(gone.listen(0, '127.0.0.1'), 'listening');
    const address = `http://127.0.0.1:${(gone.address() as AddressInfo).port}`;
    await new Promise((done) => gone.close(done));
    await assert.rejects(
      start(t, address, 'gone'),
      /Nothing answers at http:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED.*\. Start the endpoint, or set WRIT_ENDPOINT/,
    );
  });

  it('is refused before anything is deployed where KMS has no Ed25519, with what adds it', async (t) => {
    answers = (text, path) => {
      if (path === '/_localstack/health')
        return { status: 200, body: '{"version":"2026.3.0","edition":"community"}' };
      if (!text.includes('ECC_NIST_EDWARDS25519')) return undefined;
      return { status: 400, body: '{"__type":"ValidationException","message":"no such spec"}' };
    };
    await assert.rejects(start(t, url, 'no-ed25519'), ({ message }: Error) => {
      assert.match(
        message,
        /^KMS at http:\S+ \(LocalStack 2026\.3\.0 \(community\)\) does not sign with Ed25519, and Writ’s log/,
      );
      assert.match(
        message,
        /: no such spec\. .*localstack\/localstack#13886\): docs\/localstack\.md has a start hook/,
      );
      return true;
    });
  });

  it('is taken for what it says of itself, MiniStack before LocalStack, whose question MiniStack answers too', async () => {
    answers = () => ({ status: 200, body: '{"version":"1.5.33"}' });
    assert.equal(await productOf({ url }), 'MiniStack 1.5.33');
    answers = (_, path) => (path === '/_localstack/health' ? { status: 200, body: '{}' } : undefined);
    assert.equal(await productOf({ url }), 'LocalStack of an unknown version');
    answers = () => ({ status: 200, body: '<html>' });
    assert.equal(await productOf({ url }), 'an endpoint that does not say what it is');
  });

  it('enforces nothing where somebody without any right is let in', async (t) => {
    assert.deepEqual((await start(t, url, 'open')).can, []);
  });

  it('enforces policies where nobody is let in without one, and grants only where one lets in', async (t) => {
    answers = (text) =>
      /"CiphertextBlob"|^\{\}$/.test(text)
        ? { status: 400, body: '{"__type":"AccessDeniedException","message":"denied"}' }
        : undefined;
    assert.deepEqual((await start(t, url, 'policies')).can, ['iam']);
  });

  it('is asked for a bucket by path, under the name that its certificate has', async (t) => {
    execFileSync(python(), [join(home, 'dev/cloud/emulator.py'), join(scratch, 'theirs'), 'certificate']);
    const file = (name: string) => join(scratch, 'theirs/tls', name);
    const secure = createTlsServer(
      { cert: readFileSync(file('server.pem')), key: readFileSync(file('server.key')) },
      serve,
    );
    await once(secure.listen(0, '127.0.0.1'), 'listening');
    t.after(() => {
      secure.closeAllConnections();
      secure.close();
    });
    const endpoint = `https://localhost:${(secure.address() as AddressInfo).port}`;
    process.env.AWS_CA_BUNDLE = file('ca.pem');
    const cloud = await start(t, endpoint, 'secure').finally(() => delete process.env.AWS_CA_BUNDLE);
    assert.deepEqual([cloud.endpoint, cloud.env.AWS_ENDPOINT_URL_S3], [endpoint, endpoint]);
    await assert.rejects(awsOf(cloud).s3.send(new HeadBucketCommand({ Bucket: 'a-bucket' })));
    assert.deepEqual(seen.at(-1), { host: new URL(endpoint).host, path: '/a-bucket/', name: 'localhost' });
    assert.equal(
      cloud.env.CDK_S3_FORCE_PATH_STYLE,
      '1',
      'and by CDK, which decides that for itself otherwise',
    );
    cloud.serveApi('abc');
    assert.equal((await fetch(`${cloud.url}/v1/provider`)).status, 404);
    assert.deepEqual(
      [seen.at(-1)?.path, seen.at(-1)?.name],
      ['/restapis/abc/v1/_user_request_/provider', 'localhost'],
      'and so by the front door',
    );
  });

  it('has its front door where it was the last time, since a deployment there knows it by that', async (t) => {
    const first = await start(t, url, 'first');
    await first.stop();
    const second = await start(t, url, 'second');
    assert.equal(second.authority, first.authority);
    const beside = await start(t, url, 'beside');
    assert.notEqual(beside.authority, first.authority, 'unless that port is taken');
  });

  it('is not deployed to where another deployment is whose reviewers’ keys are not here', async () => {
    const place = {
      endpoint: url,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      stateDir: join(scratch, 'state'),
      keepDir: join(scratch, 'kept'),
    };
    answers = () => ({ status: 200, body: stack('CREATE_COMPLETE') });
    await assert.rejects(refuseOthers(place, 'Writ'), ({ message }: Error) => {
      assert.match(
        message,
        /^Another deployment of Writ is at http:\/\/localhost:\d+, and its desk has reviewers/,
      );
      assert.match(
        message,
        /aws --endpoint-url http:\S+ --region eu-central-1 cloudformation delete-stack --stack-name Writ$/,
      );
      return true;
    });
    answers = () => ({ status: 200, body: stack('ROLLBACK_COMPLETE') });
    await refuseOthers(place, 'Writ');
    answers = () => ({ status: 400, body: noStack });
    await refuseOthers(place, 'Writ');
    answers = () => ({ status: 200, body: stack('UPDATE_COMPLETE') });
    mkdirSync(keysDirOf(place), { recursive: true });
    await refuseOthers(place, 'Writ');
  });
});

const identity = (account: string) =>
  `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
  <Arn>arn:aws:iam::${account}:root</Arn><UserId>${account}</UserId><Account>${account}</Account>
  </GetCallerIdentityResult></GetCallerIdentityResponse>`;
const iam = 'xmlns="https://iam.amazonaws.com/doc/2010-05-08/"';
const user = `<CreateUserResponse ${iam}><CreateUserResult><User><Arn>arn:aws:iam::123456789012:user/nobody</Arn></User>
  </CreateUserResult></CreateUserResponse>`;
const accessKey = `<CreateAccessKeyResponse ${iam}><CreateAccessKeyResult><AccessKey><AccessKeyId>AKIA</AccessKeyId>
  <SecretAccessKey>secret</SecretAccessKey></AccessKey></CreateAccessKeyResult></CreateAccessKeyResponse>`;
const stack = (status: string) =>
  `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>
  <StackName>Writ</StackName><CreationTime>2026-11-01T00:00:00Z</CreationTime><StackStatus>${status}</StackStatus>
  </member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
const noStack = `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type>
  <Code>ValidationError</Code><Message>Stack with id Writ does not exist</Message></Error></ErrorResponse>`;
