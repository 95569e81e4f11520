import { styleText } from 'node:util';

/** Tells a story on a terminal: chapters, facts and checks. Colour only on a terminal. */
export interface Teller {
  chapter(title: string): void;
  /** Something that happened as it should. */
  fact(text: string): void;
  /** Something that should not have happened. */
  fault(text: string): void;
  /** More about the last line. */
  detail(text: string): void;
}

export function teller(stream: NodeJS.WriteStream): Teller {
  const style = (format: Parameters<typeof styleText>[0], text: string) =>
    styleText(format, text, { stream, validateStream: true });
  let chapters = 0;
  return {
    chapter: (title) => stream.write(`\n${style('bold', `${++chapters}  ${title}`)}\n`),
    fact: (text) => stream.write(`   ${style('green', '✓')} ${text}\n`),
    fault: (text) => stream.write(`   ${style('red', '✗')} ${text}\n`),
    detail: (text) => stream.write(`     ${style('dim', text)}\n`),
  };
}
