import { printable } from '#client/printable.ts';
import { openStatuses } from '#core/cases/case.ts';
import { now } from '../../state/clock.ts';
import { Facts, Section } from '../../ui/kit.tsx';
import { Moment } from '../../ui/moment.tsx';
import { groundWords, partWords } from '../../words/grounds.ts';
import { inLanguage } from '../../words/lang.ts';
import { listText, scopeText, withheldTexts } from '../../words/scope.ts';
import { collectWords } from '../collect/words.ts';
import { usePortal } from '../state/portal.ts';
import { collectionsLeft } from './standing.ts';
import type { Opened } from './state.ts';
import { oneWords } from './words.ts';

/** What reviewers and a notified authority decided, and what they said of it. */
export function Decided({ opened: { view, explanation } }: { opened: Opened }) {
  const words = inLanguage(oneWords);
  const its = words.decided;
  const { policy } = usePortal();
  const { scope, withheld, disclosable, reason, notification } = view;
  const left = collectionsLeft(view, policy);
  const ground = Object.entries(inLanguage(groundWords)).find(([name]) => name === reason)?.[1];
  const isNone =
    scope === undefined &&
    reason === undefined &&
    notification === undefined &&
    view.explanation === undefined;
  return (
    <Section title={its.title}>
      {isNone ? <p class="soft">{its.none}</p> : null}
      <Facts
        of={[
          [its.approved, scope && scopeText(scope)],
          [its.withheld, withheld && withheldTexts(withheld).join(' ')],
          [its.left, disclosable && scopeText(disclosable)],
          [its.ground, ground],
          [
            its.says,
            view.explanation === undefined ? undefined : explanation === undefined ? (
              <span class="soft">{its.unread}</span>
            ) : (
              <blockquote>{printable(explanation)}</blockquote>
            ),
          ],
          [its.authority, notification && <Authority notification={notification} />],
          [
            its.collected,
            scope === undefined ? undefined : (
              <>
                {view.collections === 0 ? words.collected.never : words.collected.times(view.collections)}.{' '}
                {left === undefined || !openStatuses.includes(view.status)
                  ? null
                  : inLanguage(collectWords).left(left)}
              </>
            ),
          ],
        ]}
      />
    </Section>
  );
}

function Authority({ notification }: { notification: NonNullable<Opened['view']['notification']> }) {
  const words = inLanguage(oneWords).authority;
  const { authority, until, answer, ground, answeredAt } = notification;
  const who = printable(authority);
  if (answer === undefined)
    return (
      <>
        {Date.parse(until) > now.value ? words.waits(who) : words.silent(who)} <Moment at={until} />
      </>
    );
  return (
    <>
      {answer === 'consent' ? words.consented(who) : words.objected(who)}{' '}
      {answeredAt === undefined ? null : <Moment at={answeredAt} />} {ground}
    </>
  );
}

/** What both wrote, as far as this browser’s key reads it. */
export function Talk({ opened: { view, question, letters } }: { opened: Opened }) {
  const words = inLanguage(oneWords).talk;
  const parts = inLanguage(partWords);
  const { information } = view;
  return (
    <Section title={words.title}>
      {information === undefined && letters.length === 0 ? <p class="soft">{words.none}</p> : null}
      <ol class="talk">
        {information === undefined ? null : (
          <li>
            <p class="soft">
              {words.question}, <Moment at={information.askedAt} />
            </p>
            <p>
              {words.of}: {listText(information.of.map((part) => parts[part]))}
            </p>
            {information.question === undefined ? null : <Said text={question} />}
            {information.answeredAt === undefined ? null : (
              <p class="soft">
                {words.answered}, <Moment at={information.answeredAt} />
              </p>
            )}
          </li>
        )}
        {letters.map(({ from, at, letter }) => (
          <li key={`${at} ${from}`}>
            <p class="soft">
              {from === 'desk' ? words.desk : words.agency}, <Moment at={at} />
            </p>
            <Said text={letter} />
          </li>
        ))}
      </ol>
    </Section>
  );
}

function Said({ text }: { text: string | undefined }) {
  const words = inLanguage(oneWords).talk;
  return text === undefined ? <p class="soft">{words.unread}</p> : <blockquote>{printable(text)}</blockquote>;
}
