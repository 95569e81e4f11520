import { useMemo, useState } from 'preact/hooks';
import { printable } from '#client/printable.ts';
import { proposeChange } from '#client/registry.ts';
import { jsonDigest } from '#core/canonical.ts';
import { ask } from '../state/connection.ts';
import { type Desk, useDesk } from '../state/desk.ts';
import { NotSigned } from '../state/place.ts';
import { Drop } from '../ui/drop.tsx';
import { Failure } from '../ui/failure.tsx';
import { Button, Code, Facts, Notice, Section } from '../ui/kit.tsx';
import { inLanguage } from '../words/lang.ts';
import { countsOf, folded, type Part, policyRows, type Row } from './policy-diff.ts';
import { type Fault, type PolicyRead, readPolicy } from './policy-read.ts';
import { registryOf, withMember } from './state.ts';
import { registryWords } from './words.ts';

const mostFileBytes = 1_000_000;

/** The policy in force, beside a file: line by line, before anybody proposes to adopt it. */
export function PolicyPart() {
  const desk = useDesk();
  const words = inLanguage(registryWords).policy;
  const { provider } = desk;
  const isWhole = provider.policy === undefined || jsonDigest(provider.policy) === provider.policyHash;
  const read = registryOf(desk).policy.value;
  return (
    <>
      <p class="soft">{words.intro}</p>
      <Section title={words.inForce}>
        <Facts
          of={[
            [words.name, desk.policy === undefined ? undefined : printable(desk.policy.name)],
            [words.hash, <Code>{printable(provider.policyHash)}</Code>],
          ]}
        />
        {isWhole ? null : <Notice tone="bad" title={words.hashDiffers} alert />}
        {desk.policy === undefined ? <Notice tone="warn" title={words.unreadable} /> : null}
      </Section>
      <TakeFile desk={desk} />
      {read === undefined ? null : <Found read={read} isWhole={isWhole} />}
    </>
  );
}

function TakeFile({ desk }: { desk: Desk }) {
  const all = inLanguage(registryWords);
  const [isUnreadable, setUnreadable] = useState(false);
  const take = async (file: File) => {
    try {
      if (file.size > mostFileBytes) throw new RangeError('too large');
      const read = readPolicy(
        await file.text(),
        new Date().toISOString(),
        desk.provider.limits?.coolOffHours,
      );
      const state = registryOf(desk);
      state.policy.value = read;
      setUnreadable(false);
      if (read.is === 'policy') state.read.value = withMember(state.read.peek(), read.hash);
    } catch {
      setUnreadable(true);
    }
  };
  return (
    <>
      <Drop
        says={`${all.policy.drop}: ${all.propose.drop}`}
        choose={all.propose.choose}
        accept=".json"
        onFile={(file) => void take(file)}
      />
      {isUnreadable ? <Notice tone="bad" title={all.propose.fileUnreadable} alert /> : null}
    </>
  );
}

function Found({ read, isWhole }: { read: PolicyRead; isWhole: boolean }) {
  const words = inLanguage(registryWords).policy;
  if (read.is === 'no-json') return <Notice tone="bad" title={words.noJson} alert />;
  if (read.is === 'faults')
    return (
      <Notice tone="bad" title={words.faults} alert>
        <Faults of={read.faults} />
      </Notice>
    );
  const { policy, hash, warnings, unkeepable } = read;
  return (
    <>
      <Section title={words.after}>
        <Facts
          of={[
            [words.name, printable(policy.name)],
            [words.hash, <Code>{hash}</Code>],
          ]}
        />
        {policy.inactive === undefined ? null : (
          <Notice tone="bad" title={words.inactive}>
            {printable(policy.inactive)}
          </Notice>
        )}
        {unkeepable.length === 0 ? null : (
          <Notice tone="bad" title={words.unkeepable}>
            <Faults of={unkeepable} />
          </Notice>
        )}
        {warnings.length === 0 ? null : (
          <Notice tone="warn" title={words.warnings}>
            <ul>
              {warnings.map((warning) => (
                <li key={warning.code}>{words.warning(warning)}</li>
              ))}
            </ul>
          </Notice>
        )}
      </Section>
      <Lines after={policy} />
      <Adopt read={read} isWhole={isWhole} />
    </>
  );
}

const Faults = ({ of }: { of: readonly Fault[] }) => (
  <ul lang="en">
    {of.map(({ at, says }) => (
      <li key={`${at}${says}`}>
        <code>{printable(at)}</code> {printable(says)}
      </li>
    ))}
  </ul>
);

function Lines({ after }: { after: unknown }) {
  const { provider } = useDesk();
  const words = inLanguage(registryWords).policy;
  const before = provider.policy;
  const { parts, counts } = useMemo(() => {
    const rows = policyRows(before ?? null, after);
    return { parts: folded(rows), counts: countsOf(rows) };
  }, [before, after]);
  const { added, removed, changed } = counts;
  const isSame = added + removed + changed === 0;
  return (
    <Section
      title={words.lines}
      aside={isSame ? undefined : <span class="soft">{words.counts(added, removed, changed)}</span>}
    >
      {isSame ? (
        <p>{words.same}</p>
      ) : (
        <table class="diff">
          <caption class="hidden">{words.lines}</caption>
          <thead>
            <tr>
              <th scope="col">{words.before}</th>
              <th scope="col">{words.after}</th>
            </tr>
          </thead>
          <tbody>
            {parts.map((part, i) => (
              <DiffPart key={i} part={part} />
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function DiffPart({ part }: { part: Part }) {
  const words = inLanguage(registryWords).policy;
  const [isOpen, setOpen] = useState(!part.isFolded);
  if (!isOpen)
    return (
      <tr class="fold">
        <td colSpan={2}>
          <Button kind="quiet" onClick={() => setOpen(true)}>
            {words.folded(part.rows.length)}
          </Button>
        </td>
      </tr>
    );
  const within = part.rows.find(({ is }) => is !== 'same')?.within ?? '';
  return (
    <>
      {within === '' || part.isFolded ? null : (
        <tr class="within">
          <td colSpan={2}>{within}</td>
        </tr>
      )}
      {part.rows.map((row, i) => (
        <DiffRow key={i} row={row} />
      ))}
    </>
  );
}

const signs = { same: '', added: '+', removed: '−', changed: '~' } as const;

function DiffRow({ row: { is, depth, before, after } }: { row: Row }) {
  const words = inLanguage(registryWords).policy;
  const side = (text: string | undefined, of: 'before' | 'after') => (
    <td class={`${of} deep-${Math.min(depth, 8)}${text === undefined ? ' nothing' : ''}`}>
      {text === undefined ? null : (
        <>
          {is === 'same' ? null : <span class="hidden">{words.is[is]}: </span>}
          <span class="sign" aria-hidden="true">
            {signs[is]}
          </span>
          <code>{text}</code>
        </>
      )}
    </td>
  );
  return (
    <tr class={is}>
      {side(before, 'before')}
      {side(after, 'after')}
    </tr>
  );
}

function Adopt({ read, isWhole }: { read: PolicyRead & { is: 'policy' }; isWhole: boolean }) {
  const desk = useDesk();
  const state = registryOf(desk);
  const all = inLanguage(registryWords);
  const words = all.policy;
  const [failure, setFailure] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const pending = (state.changes.value.get('Pending') ?? []).flatMap(({ proposal }) =>
    proposal.kind === 'policy' ? [proposal.policyHash] : [],
  );
  const isWell = desk.connection.value.is === 'well';

  async function adopt() {
    setBusy(true);
    setFailure(undefined);
    try {
      await ask(desk, (session) => proposeChange(session, { kind: 'policy', policyHash: read.hash }));
      await state.load();
    } catch (error) {
      setFailure(error);
      // An answer may be lost: the list says whether it stands there.
      if (!(error instanceof NotSigned)) await state.load();
    } finally {
      setBusy(false);
    }
  }

  if (pending.includes(read.hash)) return <Notice tone="good" title={words.matches} alert />;
  const canAdopt = isWhole && read.policy.inactive === undefined && read.hash !== desk.provider.policyHash;
  if (!canAdopt) return null;
  return (
    <>
      {pending.length > 0 ? <Notice tone="warn" title={words.differs} /> : null}
      {failure === undefined ? null : <Failure error={failure} />}
      <p class="actions">
        <Button kind="main" disabled={!isWell || isBusy} onClick={() => void adopt()}>
          {words.adopt}
        </Button>
        <span class="soft">{isWell ? words.adoptSays : all.cannotSign}</span>
      </p>
    </>
  );
}
