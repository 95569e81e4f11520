import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { openExplanation } from '#client/agency.ts';
import { encryptFor, importEncryptionKey } from '#core/registry/encryption-key.ts';
import { say } from '../common.ts';
import { when } from '../format.ts';
import { neededChoice } from '../person.ts';
import type { Connection } from '../profile/connection.ts';
import type { Draft } from './draft.ts';
import type { Kind } from './remembered.ts';

/**
 * What somebody has answered so far, in the profile's folder, so that neither Ctrl-C nor a refusal costs it. It names whom
 * it is about, so it is encrypted to the officer's own key, as the copies of what was sent are. It is deleted once it is
 * sent, and holds no key.
 */
export class DraftFile {
  private readonly connection: Connection;
  private readonly file: string;
  /** Whether something is kept now. */
  isKept = false;

  constructor(connection: Connection, kind: Kind) {
    this.connection = connection;
    this.file = join(connection.dir, `draft-${kind}.jwe`);
  }

  /** Offers what was kept. @returns undefined where nothing is, or the person begins anew */
  async offered(): Promise<Draft | undefined> {
    const at = await stat(this.file).then(
      ({ mtime }) => mtime.toISOString(),
      () => undefined,
    );
    if (at === undefined) return undefined;
    const answer = await neededChoice(
      undefined,
      '--reference',
      `A draft of ${when(at)} was not sent. Go on with it?`,
      [
        { value: 'yes', name: 'yes, and ask me for the rest' },
        { value: 'no', name: 'no, delete it and begin anew' },
      ],
    );
    if (answer === 'yes') {
      const draft = await this.read();
      if (draft !== undefined) return draft;
      say('The draft cannot be decrypted with this profile’s key: begin anew.');
    }
    await this.remove();
    return undefined;
  }

  async keep(draft: Draft): Promise<void> {
    const { encryption } = this.connection.profile;
    if (encryption === undefined) return;
    try {
      const { key, thumbprint } = await importEncryptionKey(encryption.publicKey);
      const jwe = await encryptFor({ key: { ...key }, thumbprint }, JSON.stringify(draft), 'text/plain');
      await writeFile(`${this.file}.new`, jwe, { mode: 0o600 });
      await rename(`${this.file}.new`, this.file);
      this.isKept = true;
    } catch {
      // A folder that cannot be written costs the draft, and nothing else.
      this.isKept = false;
    }
  }

  async remove(): Promise<void> {
    await rm(this.file, { force: true });
    this.isKept = false;
  }

  private async read(): Promise<Draft | undefined> {
    const key = await this.connection.encryptionKey();
    try {
      const text = await openExplanation(await readFile(this.file, 'utf8'), key);
      return z.record(z.string(), z.unknown()).safeParse(JSON.parse(text)).data;
    } catch {
      return undefined;
    }
  }
}
