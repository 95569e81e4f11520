import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { printable } from '#client/printable.ts';
import { CommandError, UsageError } from '../errors.ts';

/**
 * One process for each folder. Node has no lock of a file that ends with its process, but a socket that somebody listens at
 * does: each process first listens at a socket of its own in the folder, and then looks for others that are listened at. Of two
 * that begin at once, at least one sees the other; what a process that was killed left there, nobody listens at.
 */
const PREFIX = 'lock-';
/** What the address of a socket takes on the systems that take least (`sun_path` of macOS), without its end. */
const MOST_PATH_BYTES = 103;

/**
 * @returns lets go of the folder
 * @throws CommandError state-in-use
 */
export async function lockState(dir: string): Promise<() => Promise<void>> {
  if (process.platform === 'win32')
    throw new UsageError('a witness runs on Linux and macOS: Windows cannot tell that a file is on the disk');
  const name = `${PREFIX}${randomBytes(6).toString('hex')}`;
  const path = join(dir, name);
  if (Buffer.byteLength(path) > MOST_PATH_BYTES)
    throw new UsageError(
      `--state is too long a path: a socket in it may have ${MOST_PATH_BYTES} bytes`,
      'name a shorter one, or a relative one',
    );
  const server = createServer((other) => other.destroy());
  await listen(server, path);
  const release = () => new Promise<void>((done) => server.close(() => done()));
  try {
    for (const other of await readdir(dir)) {
      if (!other.startsWith(PREFIX) || other === name) continue;
      if (await isListenedAt(join(dir, other)))
        throw new CommandError(
          'state-in-use',
          `another process is the witness of ${printable(dir)}`,
          'end it first: two that cosign from one state could cosign two histories',
        );
      await rm(join(dir, other), { force: true });
    }
  } catch (error) {
    await release();
    throw error;
  }
  return release;
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((done, fails) => {
    server.once('error', fails);
    server.listen(path, done);
  });
}

function isListenedAt(path: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    // Refused: nobody listens there. Not there: it has just been taken away. Anything else says nothing of either.
    socket.once('error', (error: NodeJS.ErrnoException) =>
      done(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'),
    );
  });
}
