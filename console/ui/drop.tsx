import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';

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
  const [isOver, setOver] = useState(false);
  const take = (files: FileList | null | undefined) => {
    const file = files?.[0];
    if (file !== undefined) onFile(file);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way, beside the field that chooses
    <div
      class={`drop${isOver ? ' over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer?.files);
      }}
    >
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
