import { useState } from 'preact/hooks';
import { Button } from '../../ui/kit.tsx';
import { inLanguage } from '../../words/lang.ts';
import { type Draft, type SubjectKind, subjectKinds } from './draft.ts';
import { pasted, tidied } from './faults.ts';
import { idOf, Labelled } from './fields.tsx';
import { useAsk } from './state.ts';
import { askWords } from './words.ts';

type Subject = Draft['subjects'][number];

/** Who is asked about: one or several accounts, numbers and names of one order. */
export function SubjectsStep() {
  const state = useAsk();
  const { draft, set } = state;
  const { subjects } = draft.value;
  const words = inLanguage(askWords);
  const change = (i: number, to: Partial<Subject>) =>
    set({ subjects: subjects.map((each, n) => (n === i ? { ...each, ...to } : each)) });
  return (
    <>
      <p>{words.subjects.together}</p>
      {subjects.map((one, i) => (
        <SubjectField
          key={i}
          one={one}
          n={i}
          onChange={(to) => change(i, to)}
          onRemove={
            subjects.length === 1 ? undefined : () => set({ subjects: subjects.filter((_, n) => n !== i) })
          }
        />
      ))}
      <p class="actions">
        <Button
          onClick={() => {
            set({ subjects: [...subjects, { kind: subjects.at(-1)?.kind ?? 'account', value: '' }] });
            // It is there with the next drawing of the page.
            setTimeout(() => document.getElementById(idOf(`subject-${subjects.length}`))?.focus());
          }}
        >
          {words.subjects.add}
        </Button>
      </p>
      <Several />
    </>
  );
}

function SubjectField({
  one,
  n,
  onChange,
  onRemove,
}: {
  one: Subject;
  n: number;
  onChange: (to: Partial<Subject>) => void;
  onRemove: (() => void) | undefined;
}) {
  const { left } = useAsk();
  const words = inLanguage(askWords).subjects;
  const field = `subject-${n}` as const;
  return (
    <div class="subject">
      <KindChoice value={one.kind} onChange={(kind) => onChange({ kind })} />
      <Labelled field={field} label={words.value(n + 1)}>
        {(props) => (
          <input
            {...props}
            type="text"
            inputMode={one.kind === 'phone' ? 'tel' : 'text'}
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            value={one.value}
            onInput={({ currentTarget }) => onChange({ value: currentTarget.value })}
            onBlur={({ currentTarget }) => {
              const value = tidied(one.kind, currentTarget.value);
              if (value !== one.value) onChange({ value });
              left(field);
            }}
          />
        )}
      </Labelled>
      {onRemove === undefined ? null : (
        <Button kind="quiet" aria-label={words.remove(n + 1)} onClick={onRemove}>
          ✕
        </Button>
      )}
    </div>
  );
}

function KindChoice({ value, onChange }: { value: SubjectKind; onChange: (kind: SubjectKind) => void }) {
  const words = inLanguage(askWords).subjects;
  return (
    <label class="kind">
      <span>{words.kind}</span>
      <select
        value={value}
        onChange={({ currentTarget }) => {
          const kind = subjectKinds.find((each) => each === currentTarget.value);
          if (kind !== undefined) onChange(kind);
        }}
      >
        {subjectKinds.map((kind) => (
          <option key={kind} value={kind}>
            {words.kinds[kind]}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A list out of another program, all of one kind. */
function Several() {
  const { draft, set } = useAsk();
  const words = inLanguage(askWords).subjects;
  const [kind, setKind] = useState<SubjectKind>('account');
  const [list, setList] = useState('');
  return (
    <details>
      <summary>{words.several}</summary>
      <KindChoice value={kind} onChange={setKind} />
      <label class="several" for="ask-several">
        {words.severalSay}
      </label>
      <textarea
        id="ask-several"
        rows={6}
        autocomplete="off"
        spellcheck={false}
        value={list}
        onInput={({ currentTarget }) => setList(currentTarget.value)}
      />
      <p class="actions">
        <Button
          onClick={() => {
            set({ subjects: pasted(list, kind, draft.peek()).subjects });
            setList('');
          }}
        >
          {words.take}
        </Button>
      </p>
    </details>
  );
}
