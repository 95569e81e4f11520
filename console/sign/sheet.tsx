import { useDesk } from '../state/desk.ts';
import { Button, Dialog } from '../ui/kit.tsx';

/** What is about to be signed. */
export function SignSheet() {
  const asked = useDesk().toSign.value;
  if (asked === undefined) return null;
  return (
    <Dialog title="Sign" onLeave={asked.leave}>
      <Button kind="main" onClick={asked.sign}>
        Sign
      </Button>
    </Dialog>
  );
}
