import { useState } from 'preact/hooks';
import { Button } from '../ui/kit.tsx';
import { inLanguage } from '../words/lang.ts';
import { siteWords } from './words/shell.ts';

/** Copies a text. What it is of is said to those who do not see beside what the button stands. */
export function Copy({ text, what }: { text: string; what: string }) {
  const words = inLanguage(siteWords);
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <Button onClick={() => void copy()} aria-label={`${isCopied ? words.copied : words.copy}: ${what}`}>
      {isCopied ? words.copied : words.copy}
    </Button>
  );
}
