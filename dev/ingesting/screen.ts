import cliProgress from 'cli-progress';

/** Where the person at the terminal sees how far it is. */
export interface Screen {
  note(line: string): void;
  bar(what: string, total: number): { at(done: number): void; end(): void };
}

type Terminal = NodeJS.WritableStream & { isTTY?: boolean };

/** A bar on a terminal; anywhere else, a line at every tenth. */
export function screenOn(stream: Terminal): Screen {
  const note = (line: string) => void stream.write(`${line}\n`);
  return { note, bar: stream.isTTY ? (what, total) => drawnBar(stream, what, total) : writtenBar(note) };
}

function drawnBar(stream: Terminal, what: string, total: number): ReturnType<Screen['bar']> {
  const format = `{bar} {percentage} % | {value} of {total} ${what} | {duration_formatted}, {eta_formatted} to go`;
  // Broken off in the middle, it is to leave the terminal as it was: long lines are cut here, not by its settings.
  const bar = new cliProgress.SingleBar({ stream, format, linewrap: true });
  bar.start(total, 0);
  return { at: (done) => bar.update(done), end: () => bar.stop() };
}

function writtenBar(note: Screen['note']): Screen['bar'] {
  return (what, total) => {
    let tenths = 0;
    const at = (done: number) => {
      const reached = Math.floor((10 * done) / total);
      if (reached > tenths) note(`${done} of ${total} ${what}`);
      tenths = Math.max(tenths, reached);
    };
    return { at, end: () => {} };
  };
}
