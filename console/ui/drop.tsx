import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { useDropping } from './dropping.ts';

/** A place for a file: dropped on it, or chosen. The file is read here, and goes nowhere. */
export function Drop({
  says,
  choose,
  accept,
  onFile,
  children,
}: {
  says: string;
  choose: string;
  accept: string;
  onFile: (file: File) => void;
  children?: ComponentChildren;
}) {
  const id = useId();
  const take = (files: FileList | null | undefined) => {
    const file = files?.[0];
    if (file !== undefined) onFile(file);
  };
  const dropping = useDropping(({ files }) => take(files));
  return (
    <div {...dropping}>
      {children}
      <p>
        {says}{' '}
        <label for={id} class="button">
          {choose}
        </label>
        <input
          id={id}
          type="file"
          class="hidden"
          accept={accept}
          onChange={({ currentTarget }) => {
            take(currentTarget.files);
            // The same file may be chosen again.
            currentTarget.value = '';
          }}
        />
      </p>
    </div>
  );
}
