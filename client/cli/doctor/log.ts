import { type Check, ok, unknown, wrong } from '#client/doctor/check.ts';
import { newestCheckpoint } from '#client/log/entries.ts';
import { SourceError, urlFiles } from '#client/log/source.ts';
import { plain } from '#client/plain.ts';
import { readEntry } from '#core/log/entry.ts';
import { LogError } from '#core/log/errors.ts';
import { parseVerifierKey } from '#core/log/note.ts';
import { readProven } from '#core/log/reading.ts';
import { errorText } from '../error-text.ts';
import { until, when } from '../format.ts';

/** The log: whether its key signed the newest checkpoint, and how old that is. */
const name = 'log';

export async function logCheck(url: string, verifierKey: string): Promise<Check> {
  try {
    const log = { read: urlFiles(`${url}/v1`), key: parseVerifierKey(verifierKey) };
    const checkpoint = await newestCheckpoint(log);
    const { size, origin } = checkpoint;
    const said = `${plain(origin)}, ${size} entries, signed by its key`;
    if (size === 0n) return ok(name, said);
    const { bytes } = await readProven(log.read, size - 1n, checkpoint);
    const { at } = readEntry(bytes).envelope;
    return ok(name, `${said}; the last is of ${when(at)}, ${until(at)}`);
  } catch (error) {
    const entry = errorText(error);
    if (error instanceof SourceError)
      return unknown(name, entry?.message ?? 'it cannot be read', 'try again');
    if (!(error instanceof LogError)) throw error;
    return wrong(
      name,
      `${entry?.message ?? 'it does not verify'} (${error.code})`,
      'look closer: `writ log verify`; then ask the provider',
    );
  }
}
