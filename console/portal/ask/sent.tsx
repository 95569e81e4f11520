import { useEffect, useRef, useState } from 'preact/hooks';
import { orderDigests } from '#client/order-digest.ts';
import { printable } from '#client/printable.ts';
import type { CaseView } from '#core/cases/case.ts';
import { dueTexts } from '../../case/due-words.ts';
import { NotSigned } from '../../state/place.ts';
import { Drop } from '../../ui/drop.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Button, Code, Facts, Notice, Section } from '../../ui/kit.tsx';
import { Moment } from '../../ui/moment.tsx';
import { instantText } from '../../ui/moment-text.ts';
import { inLanguage } from '../../words/lang.ts';
import { usePortal } from '../state/portal.ts';
import { go, hashOf } from '../state/route.ts';
import { askingWords } from '../words/asking.ts';
import { tellerOf } from './draft.ts';
import { owes } from './offered.ts';
import { documentOf, handIn, type OrderFile, type Sent as SentState, useAsk } from './state.ts';
import { listOr, termText } from './texts.ts';
import { askWords } from './words.ts';

/** What the provider answered, by when it is to decide, and what comes next. */
export function Sent({ sent }: { sent: SentState }) {
  const words = inLanguage(askWords).sent;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const { view } = sent;
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {words.title[sent.what]}
      </h1>
      <Facts
        of={[
          [words.reference, printable(view.reference)],
          [words.id, <Code>{view.id}</Code>],
          [words.received, <Moment at={view.receivedAt} />],
          ...(sent.what === 'request' ? ([[words.due, <Moment at={sent.view.dueAt} />]] as const) : []),
        ]}
      />
      {sent.what === 'request' ? <Reasoning view={sent.view} /> : null}
      {sent.isKept ? null : <Notice tone="warn" title={words.noCopy} />}
      {sent.what === 'request' ? <Next sent={sent} /> : <Kept endsAt={sent.view.endsAt} />}
      <p class="actions">
        {sent.what === 'request' ? (
          <a class="button main" href={hashOf({ screen: 'request', id: view.id })}>
            {words.open}
          </a>
        ) : null}
        <Button onClick={() => go({ screen: 'new' })}>{words.another}</Button>
      </p>
    </>
  );
}

function Reasoning({ view }: { view: CaseView }) {
  const { policy } = usePortal();
  const texts = dueTexts(view, policy);
  if (texts.length === 0) return null;
  return (
    <details>
      <summary>{inLanguage(askWords).sent.why}</summary>
      <ul>
        {texts.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </details>
  );
}

function Kept({ endsAt }: { endsAt: string }) {
  const words = inLanguage(askWords).sent;
  return (
    <Section title={words.next}>
      <ul>
        <li>{words.ends(instantText(endsAt))}</li>
        <li>{words.attached}</li>
      </ul>
    </Section>
  );
}

function Next({ sent }: { sent: Extract<SentState, { what: 'request' }> }) {
  const { draft, rules } = useAsk();
  const words = inLanguage(askWords).sent;
  const [view, setView] = useState(sent.view);
  const { policy } = rules;
  const { order } = sent;
  const debt = order.priority === 'Emergency' ? owes(draft.value, rules) : undefined;
  const { authorities } = inLanguage(askingWords);
  return (
    <Section title={words.next}>
      {view !== sent.view ? (
        <Notice tone="good" title={words.handedIn} alert />
      ) : view.links.order === undefined ? null : (
        <HandIn id={view.id} digest={order.instrument.digest} onDone={setView} />
      )}
      <ol>
        {policy === undefined ? null : (
          <li>
            {order.priority === 'Emergency' && policy.emergency.approvals === 1
              ? words.emergency
              : words.approvals(policy.approvals)}
          </li>
        )}
        {debt === undefined ? null : (
          <li>
            {words.owes(
              listOr(debt.validators.map((each) => authorities[each])),
              termText({ hours: debt.hours }),
            )}
          </li>
        )}
        {view.notification === undefined ? null : (
          <li>
            {words.enforcing(printable(view.notification.authority), instantText(view.notification.until))}
          </li>
        )}
        <li>{words.collect}</li>
        <li>
          {order.notice !== undefined
            ? words.delayed(instantText(order.notice.delayUntil))
            : tellerOf(order.instrument.kind, policy).who === 'authority'
              ? inLanguage(askWords).secrecy.authoritySays
              : words.told}
        </li>
      </ol>
    </Section>
  );
}

const read = async (file: File): Promise<OrderFile> => ({
  name: file.name,
  bytes: new Uint8Array(await file.arrayBuffer()),
});

/** Hands in the order itself: the file that was chosen, or the same one, chosen again. */
function HandIn({ id, digest, onDone }: { id: string; digest: string; onDone: (view: CaseView) => void }) {
  const { file, rules } = useAsk();
  const portal = usePortal();
  const all = inLanguage(askWords);
  const words = all.sent;
  const [state, setState] = useState<'open' | 'sending' | 'other' | 'type'>('open');
  const [error, setError] = useState<unknown>();
  const give = async (chosen: OrderFile) => {
    if (orderDigests(chosen.bytes).member !== digest) return setState('other');
    const document = documentOf(chosen);
    if (document === undefined) return setState('type');
    setState('sending');
    setError(undefined);
    try {
      onDone(await handIn(portal, id, document));
    } catch (thrown) {
      if (!(thrown instanceof NotSigned)) setError(thrown);
      setState('open');
    }
  };
  const isRequired = rules.policy?.order?.document === 'required';
  const chosen = file.value;
  return (
    <Notice tone={isRequired ? 'warn' : 'info'} title={isRequired ? words.orderRequired : words.order}>
      {state === 'other' || state === 'type' ? (
        <p class="error">{state === 'other' ? words.otherFile : words.wrongType}</p>
      ) : null}
      {error === undefined ? null : <Failure error={error} />}
      {chosen !== undefined && state !== 'other' && state !== 'type' ? (
        <Button disabled={state === 'sending'} onClick={() => void give(chosen)}>
          {words.handIn}
        </Button>
      ) : (
        <Drop
          says={all.file.drop}
          choose={all.file.choose}
          accept="*"
          onFile={(dropped) => void read(dropped).then(give)}
        />
      )}
    </Notice>
  );
}
