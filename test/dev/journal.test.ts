import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { kmsEvent, openJournal, readKmsJournal } from '#dev/cloud/journal.ts';

const SESSION = 'arn:aws:sts::111122223333:assumed-role/collect/session';
const ROLE = 'arn:aws:iam::111122223333:role/collect';
const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

const event = (request: Record<string, unknown>, more: object = {}) =>
  kmsEvent({
    operation: 'Decrypt',
    caller: { arn: SESSION, roleArn: ROLE },
    request: request as Parameters<typeof kmsEvent>[0]['request'],
    keyArns: [KEY],
    at: new Date('2026-11-24T10:00:00.123Z'),
    ...more,
  });

describe('the journal of KMS calls', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'writ-journal-'));
  after(() => rmSync(scratch, { recursive: true }));

  it('tells a call as CloudTrail does', () => {
    const EncryptionContext = { subject: 's-1', Kind: 'access' };
    assert.deepEqual(event({ KeyId: 'alias/vault', EncryptionContext }), {
      eventTime: '2026-11-24T10:00:00.123Z',
      eventSource: 'kms.amazonaws.com',
      eventName: 'Decrypt',
      userIdentity: { arn: SESSION, sessionContext: { sessionIssuer: { arn: ROLE } } },
      requestParameters: { keyId: 'alias/vault', encryptionContext: EncryptionContext },
      resources: [{ ARN: KEY }],
    });
    const root = event({}, { caller: { arn: 'arn:aws:iam::111122223333:root' }, error: 'AccessDenied' });
    assert.deepEqual(root.userIdentity, { arn: 'arn:aws:iam::111122223333:root' });
    assert.equal(root.errorCode, 'AccessDenied');
  });

  it('tells the contexts of both sides of a ReEncrypt, and what a grant allows', () => {
    const { requestParameters } = event({
      SourceEncryptionContext: { a: '1' },
      DestinationKeyId: KEY,
      DestinationEncryptionContext: { A: '2' },
      Operations: ['Decrypt'],
      GranteePrincipal: ROLE,
      Constraints: { EncryptionContextEquals: { Subject: 's' } },
    });
    assert.deepEqual(requestParameters, {
      sourceEncryptionContext: { a: '1' },
      destinationKeyId: KEY,
      destinationEncryptionContext: { A: '2' },
      operations: ['Decrypt'],
      granteePrincipal: ROLE,
      constraints: { encryptionContextEquals: { Subject: 's' } },
    });
  });

  it('holds no plaintext, ciphertext, message, signature or token, and no member it does not know', () => {
    const secret = {
      Plaintext: 'x',
      CiphertextBlob: 'x',
      Message: 'x',
      Mac: 'x',
      Signature: 'x',
      GrantToken: 'x',
      GrantTokens: ['x'],
      ImportToken: 'x',
      EncryptedKeyMaterial: 'x',
      PublicKey: 'x',
      Recipient: { AttestationDocument: 'x' },
      OfTomorrow: 'x',
    };
    assert.deepEqual(event(secret).requestParameters, {});
  });

  it('is read back in order, and starts anew with each gate', () => {
    assert.deepEqual(readKmsJournal(join(scratch, 'nowhere')), []);
    const journal = openJournal(scratch);
    assert.deepEqual(readKmsJournal(scratch), []);
    const two = [event({ KeyId: 'one' }), event({ KeyId: 'zwei ü\n' })];
    for (const one of two) journal.write(one);
    assert.deepEqual(readKmsJournal(scratch), two);
    appendFileSync(join(scratch, 'kms.jsonl'), '{"eventTime":');
    assert.deepEqual(readKmsJournal(scratch), two, 'a line that is being written is not there yet');
    journal.close();
    openJournal(scratch).close();
    assert.deepEqual(readKmsJournal(scratch), []);
  });

  it('breaks nothing when it cannot be written', () => {
    const journal = openJournal(scratch);
    journal.close();
    journal.write(event({}));
    journal.close();
    assert.deepEqual(readKmsJournal(scratch), []);
  });
});
