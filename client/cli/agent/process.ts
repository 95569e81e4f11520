import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { answered, type Held, heldBy } from './holding.ts';
import { type AgentAnswer, agentCall, agentOrder, mostLineBytes, readyLine } from './protocol.ts';

/**
 * The agent itself: a process of its own that has the keys in its memory and nowhere else. It ends at its time, when it is
 * told to lock, and by a signal, and takes its socket with it.
 */

/** A command asks at once, and reads its answer at once. */
const patienceMs = 30_000;
/** A timer stands still while a machine sleeps: the clock is looked at. */
const lookEveryMs = 1000;
const mostConnections = 16;

/** Reads its order from the standard input, listens, and holds the process until the agent ends. */
export async function runAgent(): Promise<void> {
  const order = agentOrder.parse(JSON.parse(await text(process.stdin)));
  const held = await heldBy(order);
  // The socket is made within its folder's mode, and by this within its own.
  process.umask(0o077);
  const agent: Agent = {
    held,
    release: () => {
      server.close();
      if (process.platform !== 'win32') rmSync(order.place, { force: true });
    },
  };
  const server = createServer((socket) => serve(socket, agent));
  server.maxConnections = mostConnections;
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => end(agent));
  setInterval(() => {
    if (Date.now() >= Date.parse(held.until)) end(agent);
  }, lookEveryMs);
  await new Promise<void>((listens, fails) => {
    server.once('error', fails);
    server.listen(order.place, listens);
  });
  process.stdout.write(`${readyLine}\n`);
}

interface Agent {
  held: Held;
  /** Takes its socket away: another agent may take the place. */
  release: () => void;
}

/** Ends the process: the memory with the keys goes with it. */
function end({ release }: Agent): never {
  release();
  process.exit(0);
}

function serve(socket: Socket, agent: Agent): void {
  const parts: Buffer[] = [];
  let size = 0;
  socket.setTimeout(patienceMs, () => socket.destroy());
  socket.on('error', () => undefined);
  socket.on('data', (part: Buffer) => {
    size += part.length;
    if (size > mostLineBytes) {
      socket.destroy();
      return;
    }
    parts.push(part);
    if (!part.includes('\n')) return;
    socket.pause();
    reply(Buffer.concat(parts).toString('utf8'), agent.held).then(
      (answer) => {
        const isOver = 'locked' in answer || ('refused' in answer && answer.refused === 'over');
        // Whoever reads the answer may start another agent at once.
        if (isOver) agent.release();
        socket.end(`${JSON.stringify(answer)}\n`, () => isOver && end(agent));
      },
      () => socket.destroy(),
    );
  });
}

async function reply(line: string, held: Held): Promise<AgentAnswer> {
  const call = agentCall.safeParse(jsonOf(line));
  return call.success ? answered(held, call.data, Date.now()) : { refused: 'malformed' };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
