import type { Part } from '#client/asking/sentences.ts';
import { Code } from '../ui/kit.tsx';

/** Sentences, with the lists and digests between them. */
export const Parts = ({ of }: { of: readonly Part[] }) => (
  <>
    {of.map((part, i) =>
      'digest' in part ? (
        <p key={i}>
          <Code>{part.digest}</Code>
        </p>
      ) : 'says' in part ? (
        <p key={i}>{part.says}</p>
      ) : (
        <ul key={i}>
          {part.list.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      ),
    )}
  </>
);
