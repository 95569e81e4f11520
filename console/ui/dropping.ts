import { useState } from 'preact/hooks';

/** What makes an element a place to drop on: its class shows that something is held over it. */
export function useDropping(take: (dropped: DataTransfer) => void) {
  const [isOver, setOver] = useState(false);
  return {
    class: `drop${isOver ? ' over' : ''}`,
    onDragOver(event: DragEvent) {
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop(event: DragEvent) {
      event.preventDefault();
      setOver(false);
      if (event.dataTransfer !== null) take(event.dataTransfer);
    },
  };
}
