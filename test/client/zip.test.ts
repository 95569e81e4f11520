import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { crc32, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { filesInZip, ZipError } from '#client/zip.ts';
import { zipOf } from '#client/zip-write.ts';
import { concat } from '#core/bytes.ts';

interface Packed {
  name: string;
  bytes: Uint8Array;
  isDeflated?: boolean;
  /** What the directory says of its length. */
  size?: number;
}

/** An archive as `cdk` and Lambda make them. */
function zip(files: readonly Packed[], comment = ''): Uint8Array {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, bytes, isDeflated = true, size = bytes.length } of files) {
    const packed = isDeflated ? deflateRawSync(bytes) : bytes;
    const [fixed, title] = [Buffer.alloc(26), Buffer.from(name)];
    fixed.writeUInt16LE(20, 0);
    fixed.writeUInt16LE(isDeflated ? 8 : 0, 4);
    fixed.writeUInt32LE(crc32(bytes), 10);
    fixed.writeUInt32LE(packed.length, 14);
    fixed.writeUInt32LE(size, 18);
    fixed.writeUInt16LE(title.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fixed, title, packed]);
    const offset = Buffer.alloc(14);
    offset.writeUInt32LE(at, 10);
    const made = Buffer.from([20, 3]);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02', 'latin1'), made, fixed, offset, title]));
    locals.push(local);
    at += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(at, 12);
  end.writeUInt16LE(comment.length, 16);
  return Buffer.concat([...locals, listed, Buffer.from('PK\x05\x06', 'latin1'), end, Buffer.from(comment)]);
}

const most = 1_000_000;
const someFiles = fc.uniqueArray(
  fc.record({
    name: fc.stringMatching(/^[a-zé]{1,8}(\/[a-z]{1,8})?$/),
    bytes: fc.uint8Array({ maxLength: 300 }),
    isDeflated: fc.boolean(),
  }),
  { selector: ({ name }) => name, maxLength: 5 },
);

describe('files in an archive', () => {
  test('are what was packed, by their names, packed or stored, behind a comment too', async () => {
    await fc.assert(
      fc.asyncProperty(someFiles, fc.stringMatching(/^[a-z]{0,40}$/), async (files, comment) => {
        const found = await filesInZip(zip(files, comment), most);
        assert.deepEqual(
          [...found].map(([name, bytes]) => [name, [...bytes]]),
          files.map(({ name, bytes }) => [name, [...bytes]]),
        );
      }),
    );
  });

  test('of whatever bytes: files or a ZipError, and nothing else', async () => {
    const some = zip([{ name: 'index.mjs', bytes: Buffer.from('export const handler = 1;') }]);
    const broken = fc.tuple(fc.nat(some.length - 1), fc.integer({ min: 0, max: 255 })).map(([at, byte]) => {
      const copy = Uint8Array.from(some);
      copy[at] = byte;
      return copy;
    });
    const cut = fc.nat(some.length).map((length) => some.subarray(0, length));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 200 }), broken, cut), async (bytes) => {
        try {
          await filesInZip(bytes, most);
        } catch (error) {
          assert.ok(error instanceof ZipError, String(error));
        }
      }),
      { numRuns: 500 },
    );
  });

  test('are not unpacked beyond what they may hold, nor beyond what they say', async () => {
    const zeros = new Uint8Array(100_000);
    await assert.rejects(filesInZip(zip([{ name: 'a', bytes: zeros }]), 99_999), ZipError);
    const two = [
      { name: 'a', bytes: zeros },
      { name: 'b', bytes: zeros },
    ];
    await assert.rejects(filesInZip(zip(two), 199_999), ZipError);
    assert.equal((await filesInZip(zip(two), 200_000)).size, 2);
    await assert.rejects(filesInZip(zip([{ name: 'a', bytes: zeros, size: 10 }]), most), ZipError);
  });

  test('of one name twice are no files: who unpacks could take either', async () => {
    const two = [
      { name: 'index.mjs', bytes: Buffer.from('1') },
      { name: 'index.mjs', bytes: Buffer.from('2') },
    ];
    await assert.rejects(filesInZip(zip(two), most), ZipError);
  });
});

describe('an archive that is made', () => {
  test('holds its files, whatever pieces they come in, and names each by its length and its CRC', async () => {
    await fc.assert(
      fc.asyncProperty(someFiles, fc.nat(300), async (files, at) => {
        const packed = files.map(({ name, bytes }) => ({
          name,
          pieces: [bytes.subarray(0, at), bytes.subarray(at)],
        }));
        const made = concat(...zipOf(packed));
        const found = await filesInZip(made, most);
        assert.deepEqual(
          [...found].map(([name, bytes]) => [name, [...bytes]]),
          files.map(({ name, bytes }) => [name, [...bytes]]),
        );
        const [first] = files;
        if (first !== undefined)
          assert.equal(new DataView(made.buffer).getUint32(14, true), crc32(first.bytes));
      }),
    );
  });

  test('says the same twice: no time is in it', () => {
    const files = [{ name: 'ä/records.csv', pieces: [Buffer.from('a')] }];
    assert.deepEqual(concat(...zipOf(files)), concat(...zipOf(files)));
  });
});
