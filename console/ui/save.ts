/** Saves bytes as a file of the reader’s. The page keeps nothing of them. */
export function save(name: string, pieces: readonly Uint8Array[], type = 'application/octet-stream'): void {
  const url = URL.createObjectURL(
    new Blob(
      pieces.map((piece) => new Uint8Array(piece)),
      { type },
    ),
  );
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
