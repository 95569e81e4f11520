import { csvRows } from './csv.ts';
import { ecsLines } from './ecs.ts';
import { objectIn } from './fields.ts';
import { mapped } from './map.ts';
import { ocsfLines } from './ocsf.ts';
import type { EventReader, LineOutcome } from './reader.ts';

/**
 * A file in a form of the caller's own, with a map of where its fields are (core/events/map.ts): JSON lines of any shape,
 * CSV with columns of any name. In a file of OCSF or ECS the map says what is elsewhere than there, and what is a log-in
 * that succeeded is as in every such file.
 */
export const mappedLines: EventReader = {
  title: 'a form of your own, by --map',
  // By a map alone, never by what a file looks like.
  recognises: () => false,
  malformed: 'stops',
  begin: (options) => {
    let read: ((text: string, line: number) => LineOutcome) | undefined;
    return (text, line) => {
      read ??= readerOf(text).begin(options);
      return read(text, line);
    };
  },
};

const knowing = [ocsfLines, ecsLines, csvRows] as const;

function readerOf(firstLine: string): Pick<EventReader, 'begin'> {
  return (
    knowing.find((each) => each.recognises(firstLine)) ??
    (firstLine.trimStart().startsWith('{') ? jsonLines : csvRows)
  );
}

const jsonLines: Pick<EventReader, 'begin'> = {
  begin: (options) => {
    const read = mapped(options);
    return (text) => read(objectIn(text));
  },
};
