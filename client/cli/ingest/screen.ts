/** Shows a person at the terminal the progress. */
export interface Screen {
  note(line: string): void;
  bar(what: string, total: number): { at(done: number): void; end(): void };
}

type Terminal = NodeJS.WritableStream & { isTTY?: boolean; columns?: number };

/** A bar on a terminal; anywhere else a line at every tenth, or nothing. */
export function screenOn(stream: Terminal, { tenths = true } = {}): Screen {
  const note = (line: string) => void stream.write(`${line}\n`);
  const bar: Screen['bar'] = (what, total) => {
    if (stream.isTTY === true) return drawnBar(stream, what, total);
    return tenths ? writtenBar(note, what, total) : { at: () => {}, end: () => {} };
  };
  return { note, bar };
}

const WIDTH = 40;

/** One line that is drawn over. It changes no setting of the terminal, so an interrupt leaves it as it was. */
function drawnBar(stream: Terminal, what: string, total: number): ReturnType<Screen['bar']> {
  const began = Date.now();
  let shown = -1;
  const at = (done: number) => {
    const part = total === 0 ? 1 : done / total;
    const percent = Math.floor(100 * part);
    if (percent === shown) return;
    shown = percent;
    const bar = '='.repeat(Math.floor(WIDTH * part)).padEnd(WIDTH, '-');
    const spent = (Date.now() - began) / 1000;
    const left = part === 0 ? '' : `, ${duration((spent * (1 - part)) / part)} to go`;
    const line = `${bar} ${percent} % | ${done} of ${total} ${what} | ${duration(spent)}${left}`;
    const columns = (stream.columns ?? 80) - 1;
    stream.write(`\r${line.slice(0, columns).padEnd(columns)}`);
  };
  at(0);
  return { at, end: () => void stream.write('\n') };
}

function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function writtenBar(note: Screen['note'], what: string, total: number): ReturnType<Screen['bar']> {
  let tenths = 0;
  const at = (done: number) => {
    const reached = Math.floor((10 * done) / total);
    if (reached > tenths) note(`${done} of ${total} ${what}`);
    tenths = Math.max(tenths, reached);
  };
  return { at, end: () => {} };
}

/** An interrupt needs no more than a message: the journal is written after every batch. */
export function sayHowToGoOn(): void {
  for (const [signal, code] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const]) {
    process.once(signal, () => {
      process.stderr.write('\nBroken off. The same command goes on from there.\n');
      process.exit(code);
    });
  }
}
