import { useEffect, useState } from 'preact/hooks';
import { hexOf, wordsOf } from '#client/thumbprint.ts';

/** A key's thumbprint as people read it to each other on the telephone: numbered words, and the same in hex below. */
export function Thumbprint({ of, label }: { of: string; label: string }) {
  const [words, setWords] = useState<readonly string[]>([]);
  useEffect(() => {
    let isShown = true;
    wordsOf(of).then(
      (made) => isShown && setWords(made),
      () => isShown && setWords([]),
    );
    return () => {
      isShown = false;
    };
  }, [of]);
  return (
    <div class="thumbprint">
      <ol aria-label={label}>
        {words.map((word, i) => (
          <li key={i}>{word}</li>
        ))}
      </ol>
      <code>{hexOf(of).join(' ')}</code>
    </div>
  );
}
