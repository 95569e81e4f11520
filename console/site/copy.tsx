import { useState } from 'preact/hooks';
import { Button } from '../ui/kit.tsx';
import { inLanguage } from '../words/lang.ts';
import { siteWords } from './words/shell.ts';

/** Copies a text. What it is of is said to those who do not see beside what the button stands. */
export function Copy({ text, what, says }: { text: string; what: string; says?: string }) {
  const words = inLanguage(siteWords);
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <Button
      onClick={() => void copy()}
      aria-label={says === undefined || isCopied ? `${isCopied ? words.copied : words.copy}: ${what}` : says}
    >
      {isCopied ? words.copied : (says ?? words.copy)}
    </Button>
  );
}
