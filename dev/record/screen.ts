import xterm from '@xterm/headless';
import type { Written } from '#dev/terminal.ts';

/** What a terminal shows of what was written to it: rows of runs of characters that look alike. */
export interface Run {
  text: string;
  /** A colour of the terminal's sixteen, or its own. */
  colour?: number;
  isBold: boolean;
  isDim: boolean;
}
export interface Row {
  runs: Run[];
  /** When the row was as it is at the end: milliseconds from the beginning. */
  at: number;
}

/** Plays a session through a terminal as high as it takes, so that nothing scrolls away. */
export async function play(session: readonly Written[], { columns = 100, rows = 400 } = {}): Promise<Row[]> {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  const since: { text: string; at: number }[] = [];
  for (const { at, data } of session) {
    await new Promise<void>((done) => terminal.write(data, done));
    for (let y = 0; y < rows; y++) {
      const text = terminal.buffer.active.getLine(y)?.translateToString(true) ?? '';
      if (since[y]?.text !== text) since[y] = { text, at };
    }
  }
  const shown = Array.from({ length: rows }, (_, y) => ({
    runs: runsOf(terminal, y),
    at: since[y]?.at ?? 0,
  }));
  terminal.dispose();
  const last = shown.findLastIndex(({ runs }) => runs.length > 0);
  return shown.slice(0, last + 1);
}

function runsOf(terminal: xterm.Terminal, y: number): Run[] {
  const line = terminal.buffer.active.getLine(y);
  const runs: Run[] = [];
  for (let x = 0; x < terminal.cols; x++) {
    const cell = line?.getCell(x);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const style = {
      ...(cell.isFgPalette() ? { colour: cell.getFgColor() } : {}),
      isBold: cell.isBold() !== 0,
      isDim: cell.isDim() !== 0,
    };
    const text = cell.getChars() || ' ';
    const last = runs.at(-1);
    const isSame =
      last?.colour === style.colour && last?.isBold === style.isBold && last?.isDim === style.isDim;
    if (last !== undefined && isSame) last.text += text;
    else runs.push({ text, ...style });
  }
  const end = runs.at(-1);
  if (end !== undefined) end.text = end.text.trimEnd();
  return runs.every(({ text }) => text === '') ? [] : runs;
}
