/** Single key presses at a terminal. */
export interface KeyPresses {
  /** Gives the terminal back. */
  end(): void;
}

const ctrlC = '\u0003';
const ctrlD = '\u0004';

/**
 * Calls back for each key that is pressed, as text; Ctrl-C and Ctrl-D come as `q`.
 *
 * @returns undefined where the input is no terminal
 */
export function onKeyPress(input: NodeJS.ReadStream, pressed: (key: string) => void): KeyPresses | undefined {
  if (!input.isTTY) return undefined;
  const read = (data: Buffer) => {
    for (const key of data.toString('utf8'))
      pressed(key === ctrlC || key === ctrlD ? 'q' : key.toLowerCase());
  };
  input.setRawMode(true);
  input.on('data', read);
  input.resume();
  return {
    end: () => {
      input.off('data', read);
      input.setRawMode(false);
      input.pause();
    },
  };
}
