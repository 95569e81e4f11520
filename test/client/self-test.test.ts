import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decryptsOwn, otherRecipient } from '#client/self-test.ts';
import { generateEncryptionKey, publicPart } from '#client/webcrypto.ts';

test('a key decrypts what is encrypted to it, and to no other', async () => {
  const [one, another] = [await generateEncryptionKey(), await generateEncryptionKey()];
  const { jwk: key, thumbprint } = await publicPart(one);
  const own = { key: { ...key }, thumbprint };
  assert.equal(await decryptsOwn(own, one), true);
  assert.equal(await decryptsOwn(own, another), false);
});

test('where answers go to another key, it is said whose that is, and since when they go to one’s own', () => {
  const at = '2026-12-01T00:00:00Z';
  const key = (thumbprint: string) => ({ thumbprint, of: 'agency' as const, activeFrom: at });
  const view = { officer: 'officer-17', recipient: key('theirs') };
  assert.equal(otherRecipient(view, 'theirs'), undefined);
  assert.deepEqual(otherRecipient(view, 'mine'), { of: 'agency', thumbprint: 'theirs' });
  assert.deepEqual(otherRecipient({ ...view, next: key('mine') }, 'mine'), {
    of: 'agency',
    thumbprint: 'theirs',
    activeFrom: at,
  });
});
