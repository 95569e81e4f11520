import { useSignal } from '@preact/signals';
import { Button, Dialog } from '../ui/kit.tsx';
import { inLanguage } from '../words/lang.ts';
import { shellWords } from '../words/shell.ts';
import { chime } from './chime.ts';
import { kept, remember } from './watching.tsx';
import { queueWords } from './words.ts';

/** How one is told that an emergency arrived. This browser remembers it. */
export function Alerts({ onLeave }: { onLeave: () => void }) {
  const words = inLanguage(queueWords).alerts;
  const isRefused = useSignal(permission() === 'denied');
  const { sound, notifies } = kept.value;
  const setNotifies = async (wanted: boolean) => {
    const allowed =
      wanted && permission() !== 'denied' ? await Notification.requestPermission() : permission();
    isRefused.value = allowed === 'denied';
    remember({ ...kept.peek(), notifies: wanted && allowed === 'granted' });
  };
  return (
    <Dialog title={words.title} onLeave={onLeave}>
      <Setting
        label={words.sound}
        hint={words.soundHint}
        isOn={sound}
        onChange={(isOn) => {
          remember({ ...kept.peek(), sound: isOn });
          if (isOn) chime();
        }}
      />
      <Setting
        label={words.notify}
        hint={isRefused.value ? words.refused : words.notifyHint}
        isOn={notifies && permission() === 'granted'}
        onChange={(isOn) => void setNotifies(isOn)}
      />
      <p class="soft">{words.locked}</p>
      <p class="actions">
        <Button kind="main" onClick={onLeave}>
          {inLanguage(shellWords).close}
        </Button>
      </p>
    </Dialog>
  );
}

const permission = (): NotificationPermission =>
  'Notification' in globalThis ? Notification.permission : 'denied';

function Setting({
  label,
  hint,
  isOn,
  onChange,
}: {
  label: string;
  hint: string;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}) {
  return (
    <label class="setting">
      <input
        type="checkbox"
        checked={isOn}
        onChange={({ currentTarget }) => {
          const wanted = currentTarget.checked;
          // It shows what is so, not what was clicked.
          currentTarget.checked = isOn;
          onChange(wanted);
        }}
      />
      <span>
        {label}
        <span class="soft">{hint}</span>
      </span>
    </label>
  );
}
