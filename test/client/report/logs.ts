/** Logs as files, for the tests of the report's client: written and signed as `sequence` would. */
import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { utf8 } from '#core/bytes.ts';
import { checkpointText } from '#core/log/checkpoint.ts';
import type { Entry } from '#core/log/entry.ts';
import { formatNote, type VerifierKey } from '#core/log/note.ts';
import type { ReadFile } from '#core/log/reading.ts';
import { tilePath } from '#core/log/tiles.ts';
import { LogWriter } from '#core/log/writing.ts';
import { actsOfProvider, bytesOf, entriesOf, toldCases } from '../../core/log/report/histories.ts';

/** A log that grows; its files by path. */
export class TestLog {
  readonly key: VerifierKey;
  readonly files = new Map<string, Uint8Array>();
  private readonly pair;
  private readonly tree = new LogWriter();

  constructor(origin = 'log.example/writ', pair = generateKeyPairSync('ed25519')) {
    this.pair = pair;
    const { x = '' } = pair.publicKey.export({ format: 'jwk' });
    this.key = { name: origin, publicKey: Buffer.from(x, 'base64url') };
  }

  /** An empty log under the same name and key: what a key's holder could sign beside it. */
  twin(): TestLog {
    return new TestLog(this.key.name, this.pair);
  }

  append(entries: readonly Entry[]): this {
    return this.appendBytes(bytesOf(entries));
  }

  appendBytes(entries: readonly Uint8Array[]): this {
    for (const { tile, bytes } of this.tree.append(entries)) this.files.set(tilePath(tile), bytes);
    this.files.set('checkpoint', utf8(this.checkpoint()));
    return this;
  }

  checkpoint(): string {
    const text = checkpointText({ origin: this.key.name, size: this.tree.size, root: this.tree.root() });
    return formatNote(text, this.key, sign(null, utf8(text), this.pair.privateKey));
  }

  readonly read: ReadFile = async (path) => this.files.get(path);
}

/** Some 600 entries of 150 cases, the same ones each time. */
export function history(seed = 11): Entry[] {
  const cases = fc.sample(toldCases, { numRuns: 150, seed });
  return [...entriesOf(cases), ...actsOfProvider('2026-02-03T00:00:00.000Z')];
}
