import { ExchangeError, RefusedError } from '#client/errors.ts';
import { NotSigned } from '../state/place.ts';
import { inLanguage } from '../words/lang.ts';
import { shellWords } from '../words/shell.ts';
import { Button, Code, Notice } from './kit.tsx';

/** What went wrong with one call, by the provider's own words and code, and a way to try again. */
export function Failure({ error, again }: { error: unknown; again?: () => void }) {
  const words = inLanguage(shellWords);
  if (error instanceof NotSigned) return null;
  return (
    <Notice tone="bad" title={words.failed} alert>
      <p>
        {error instanceof RefusedError ? `${error.problem.title}. ` : null}
        <Code>{codeOf(error)}</Code>
      </p>
      {again === undefined ? null : <Button onClick={again}>{words.again}</Button>}
    </Notice>
  );
}

/** The stable code of an error: nothing else of it is shown, since it may hold what was asked. */
export function codeOf(error: unknown): string {
  if (error instanceof RefusedError || error instanceof ExchangeError) return error.code;
  return error instanceof Error ? error.name : 'unknown';
}
