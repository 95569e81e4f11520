import { useEffect, useMemo } from 'preact/hooks';
import { folderName } from '#client/package/folder-name.ts';
import { fileNames } from '#client/package/manifest.ts';
import { printable } from '#client/printable.ts';
import { zipOf } from '#client/zip-write.ts';
import type { CaseView } from '#core/cases/case.ts';
import type { Request } from '#core/cases/request.ts';
import { parseVerifierKey } from '#core/log/note.ts';
import { madeBy } from '../../package/made-by.ts';
import { Records } from '../../package/records.tsx';
import { packageWords } from '../../package/words.ts';
import { Failure } from '../../ui/failure.tsx';
import { Button, Code, Facts, Loading, Notice, Section } from '../../ui/kit.tsx';
import { countText, Moment } from '../../ui/moment.tsx';
import { instantText } from '../../ui/moment-text.ts';
import { save } from '../../ui/save.ts';
import { inLanguage } from '../../words/lang.ts';
import { collectionsLeft } from '../one/standing.ts';
import { oneWords } from '../one/words.ts';
import { usePortal } from '../state/portal.ts';
import {
  type Collecting,
  collecting,
  isLate,
  isUnwitnessed,
  mayCount,
  type Refused,
  type Stage,
} from './collecting.ts';
import { collectWords } from './words.ts';

/**
 * Collecting one request. What came is in memory while this is shown, and nowhere else.
 *
 * @param onEnd looks at the request anew, once something was counted
 */
export function Collect({
  view,
  request,
  onEnd,
}: {
  view: CaseView;
  request: Request | undefined;
  onEnd: () => void;
}) {
  const portal = usePortal();
  const words = inLanguage(collectWords);
  const its = useMemo(() => {
    const { session, decrypts, provider, endSigned } = portal;
    const keys = provider.log && {
      log: parseVerifierKey(provider.log.verifierKey),
      provider: provider.keys,
    };
    return collecting({ session, decrypts, keys, view, request, madeBy, endSigned });
  }, [portal, view.id]);
  useEffect(() => () => its.leave(), [its]);
  const stage = its.stage.value;
  // Closing the page forgets what came: the browser asks first.
  const isHere = stage.is === 'done' || stage.is === 'asking';
  useEffect(() => {
    if (!isHere) return;
    const ask = (event: Event) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [isHere]);
  const start = () => void its.start().then(onEnd);
  return (
    <Section title={words.title}>
      {stage.is === 'done' ? null : <Before view={view} isNamed={request !== undefined} />}
      <At stage={stage} start={start} its={its} reference={request?.reference} view={view} />
    </Section>
  );
}

function Before({ view, isNamed }: { view: CaseView; isNamed: boolean }) {
  const words = inLanguage(collectWords);
  const counted = inLanguage(oneWords).collected;
  const left = collectionsLeft(view, usePortal().policy);
  return (
    <>
      <ol>
        {words.before.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ol>
      <p>
        {words.collected} {view.collections === 0 ? counted.never : counted.times(view.collections)}.{' '}
        {left === undefined ? null : <strong>{words.left(left)}</strong>}
      </p>
      <p class="soft">{isNamed ? words.names : words.namesNot}</p>
    </>
  );
}

function At({
  stage,
  start,
  its,
  reference,
  view,
}: {
  stage: Stage;
  start: () => void;
  its: Collecting;
  reference: string | undefined;
  view: CaseView;
}) {
  const words = inLanguage(collectWords);
  switch (stage.is) {
    case 'ready':
      return (
        <p class="actions">
          <Button kind="main" onClick={start}>
            {words.go}
          </Button>
        </p>
      );
    case 'testing':
      return <Loading>{words.testing}</Loading>;
    case 'asking':
      return (
        <>
          <Loading>{words.asking(stage.pages, countText(stage.records))}</Loading>
          <p class="soft">{words.waiting}</p>
        </>
      );
    case 'refused':
      return (
        <Notice tone="bad" title={words.refused.nothing} alert>
          <p>{refusedText(stage.why)}</p>
          {stage.why.is === 'other' && stage.why.activeFrom === undefined ? (
            <p>{words.refused.enrol}</p>
          ) : null}
        </Notice>
      );
    case 'stopped':
      return (
        <>
          <Notice tone="warn" title={words.stopped.title} alert>
            {isLate(stage.error) ? <p>{words.stopped.late}</p> : null}
            {isUnwitnessed(stage.error) ? <p>{words.stopped.unwitnessed}</p> : null}
            {stage.pages > 0 ? <p>{words.stopped.kept(stage.pages, countText(stage.records))}</p> : null}
            <p>{mayCount(stage.pages, stage.error) ? words.stopped.mayCount : words.stopped.notCounted}</p>
          </Notice>
          {isLate(stage.error) ? null : <Failure error={stage.error} />}
          <p class="actions">
            <Button kind="main" onClick={start}>
              {stage.pages === 0 ? words.go : words.goOn}
            </Button>
          </p>
        </>
      );
    case 'wrong':
      return (
        <Notice tone="bad" title={words.wrong.title(stage.page)} alert>
          {words.wrong.says} <Code>{stage.faults.join(' ')}</Code>
        </Notice>
      );
    case 'done':
      return <Done stage={stage} onDrop={its.leave} name={folderName(reference, view.id)} />;
  }
}

function refusedText(why: Refused): string {
  const words = inLanguage(collectWords).refused;
  if (why.is !== 'other') return words[why.is];
  const other = words.other(words.whose[why.of], printable(why.thumbprint));
  return why.activeFrom === undefined ? other : `${other} ${words.later(instantText(why.activeFrom))}`;
}

/** What came: all of it was verified before this is shown. */
function Done({
  stage: { made, pages },
  onDrop,
  name,
}: {
  stage: Extract<Stage, { is: 'done' }>;
  onDrop: () => void;
  name: string;
}) {
  const words = inLanguage(collectWords).done;
  const facts = inLanguage(packageWords);
  const { files, first } = made;
  const pieces = (file: string) => files.find((each) => each.name === file)?.pieces ?? [];
  const records = pages.flatMap(({ disclosure }) => disclosure.records);
  const entries = made.pages.map(({ log }) => log.index);
  return (
    <div class="collected">
      <Notice tone="good" title={words.title} alert>
        <p>{words.says}</p>
        <p>{words.closes}</p>
      </Notice>
      <p class="actions">
        <Button
          kind="main"
          onClick={() =>
            save(
              `${name}.zip`,
              zipOf(files.map((file) => ({ ...file, name: `${name}/${file.name}` }))),
              'application/zip',
            )
          }
        >
          {words.zip}
        </Button>
        <Button onClick={() => save(`${name}.csv`, pieces(fileNames.records), 'text/csv')}>
          {words.csv}
        </Button>
        <Button onClick={() => save(`${name}.html`, pieces(fileNames.certificate), 'text/html')}>
          {words.certificate}
        </Button>
      </p>
      <p class="soft">
        {words.zipHint} {words.certificateHint}
      </p>
      <Facts
        of={[
          [facts.facts.reference, printable(first.reference)],
          [facts.facts.collected, <Moment at={first.collectedAt} />],
          [facts.facts.pages, countText(made.pages.length)],
          [facts.facts.entries, facts.entries(entries[0] ?? '', entries.at(-1) ?? '')],
        ]}
      />
      {first.subjects === undefined ? <p class="soft">{words.unnamed}</p> : null}
      {made.coverage === undefined ? null : (
        <details>
          <summary>{facts.coverage}</summary>
          <p class="soft">{facts.coverageIsEnglish}</p>
          <ul lang="en">
            {made.coverage.map((line) => (
              <li key={line}>{printable(line)}</li>
            ))}
          </ul>
        </details>
      )}
      <Records records={records} subjects={first.subjects} />
      <p class="actions">
        <Button onClick={onDrop}>{words.drop}</Button>
      </p>
    </div>
  );
}
