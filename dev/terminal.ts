import { execFile } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { python } from './cloud/emulator.ts';

/** A command at a terminal, with somebody who types what they are asked for. */
export interface Step {
  /** What is waited for: a regular expression, in what was shown since the step before. */
  see: string;
  type: string;
}

export const keys = { enter: '\r', space: ' ', down: '\u001b[B', ctrlC: '\u0003' };

/** What was written to the terminal, and when: milliseconds from the beginning. */
export interface Written {
  at: number;
  data: string;
}

export interface Session {
  code: number;
  written: Written[];
  /** All that the terminal showed, without what moves its cursor. */
  shown: string;
}

/** Python has pseudo-terminals, Node has none. It waits for what is shown, and fails if that never comes. */
const driver = `
import codecs, fcntl, json, os, pty, re, select, struct, sys, termios, time
asked = json.loads(sys.argv[1])
steps = asked["steps"]
pid, terminal = pty.fork()
if pid == 0:
    # Set by the child: it may look before its parent has come to it.
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", asked["rows"], asked["columns"], 0, 0))
    os.execvp(asked["command"][0], asked["command"])
written, since, missing = [], "", None
escapes = re.compile(r"\\x1b\\[[0-9;?]*[A-Za-z]")
decode = codecs.getincrementaldecoder("utf8")("replace").decode
start = time.monotonic()
while True:
    if not select.select([terminal], [], [], max(0, start + 120 - time.monotonic()))[0]:
        missing = steps[0]["see"] if steps else "the end"
        os.kill(pid, 9)
        break
    try:
        data = os.read(terminal, 65536)
    except OSError:
        data = b""
    if not data:
        break
    text = decode(data)
    written.append({"at": round((time.monotonic() - start) * 1000), "data": text})
    since += text
    while steps and re.search(steps[0]["see"], escapes.sub("", since).replace("\\r", "")):
        since = ""
        os.write(terminal, steps.pop(0)["type"].encode())
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
if steps and missing is None:
    missing = steps[0]["see"]
json.dump({"code": code, "written": written, "missing": missing}, sys.stdout)
`;

export interface TerminalOptions {
  env?: Record<string, string | undefined>;
  cwd?: string;
  /** Wide, unless it is to be looked at: so that no line that is waited for is broken. */
  columns?: number;
  rows?: number;
}

/** @throws if something that is waited for is not shown before the command ends, or within two minutes */
export function atTerminal(
  command: readonly string[],
  steps: readonly Step[],
  { columns = 500, rows = 100, ...options }: TerminalOptions = {},
): Promise<Session> {
  const asked = JSON.stringify({ command, steps, columns, rows });
  const env = { ...process.env, TERM: 'xterm-256color', ...options.env };
  const limits = { maxBuffer: 16 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    execFile(python(), ['-c', driver, asked], { ...options, ...limits, env }, (error, out) => {
      if (error !== null) return reject(error);
      const { code, written, missing } = JSON.parse(out);
      const shown = stripVTControlCharacters(written.map(({ data }: Written) => data).join('')).replaceAll(
        '\r',
        '',
      );
      if (missing === null) resolve({ code, written, shown });
      else reject(new Error(`never shown: ${missing}\n${shown}`));
    });
  });
}
