import { useEffect, useRef, useState } from 'preact/hooks';
import { Drop } from '../ui/drop.tsx';
import { useDropping } from '../ui/dropping.ts';
import { Button } from '../ui/kit.tsx';
import { inLanguage } from '../words/lang.ts';
import { asDropped, type DroppedFile, filesOfDrop } from './dropped.ts';
import { type KnownKeys, keysIn } from './proving.ts';
import { packageWords } from './words.ts';

/** A place for a package: its ZIP, its folder, or the folder’s files. */
export function PackageDrop({ onFiles }: { onFiles: (files: Promise<DroppedFile[]>) => void }) {
  const words = inLanguage(packageWords);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const dropping = useDropping((dropped) => onFiles(filesOfDrop(dropped)));
  useEffect(() => {
    if (folder.current !== null) folder.current.webkitdirectory = true;
  }, []);
  const chosen = (input: HTMLInputElement) => {
    onFiles(Promise.resolve([...(input.files ?? [])].map(asDropped)));
    input.value = '';
  };
  return (
    <div {...dropping}>
      <p>
        {words.drop} <Button onClick={() => files.current?.click()}>{words.choose}</Button>{' '}
        <Button onClick={() => folder.current?.click()}>{words.chooseFolder}</Button>
      </p>
      <input
        ref={files}
        type="file"
        hidden
        multiple
        aria-label={words.choose}
        onChange={({ currentTarget }) => chosen(currentTarget)}
      />
      <input
        ref={folder}
        type="file"
        hidden
        multiple
        aria-label={words.chooseFolder}
        onChange={({ currentTarget }) => chosen(currentTarget)}
      />
    </div>
  );
}

/** A place for a file of what `/v1/provider` said. */
export function KeysFile({ onKeys, isTaken }: { onKeys: (keys: KnownKeys) => void; isTaken: boolean }) {
  const words = inLanguage(packageWords).keysFile;
  const [isNone, setNone] = useState(false);
  const take = async (file: File) => {
    const keys = keysIn(await file.text());
    setNone(keys === undefined);
    if (keys !== undefined) onKeys(keys);
  };
  return (
    <details class="keys-file">
      <summary>{words.title}</summary>
      <p>{words.says}</p>
      <Drop
        says=""
        choose={words.choose}
        accept=".json,application/json"
        onFile={(file) => void take(file)}
      />
      <p role="status">{isNone ? words.isNone : isTaken ? words.taken : ''}</p>
    </details>
  );
}
