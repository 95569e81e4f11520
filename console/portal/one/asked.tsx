import { readOrderDigest } from '#client/order-digest.ts';
import { printable } from '#client/printable.ts';
import { openStatuses } from '#core/cases/case.ts';
import { dueTexts } from '../../case/due-words.ts';
import { now } from '../../state/clock.ts';
import { Code, Facts, Section } from '../../ui/kit.tsx';
import { Moment, Span } from '../../ui/moment.tsx';
import { inLanguage } from '../../words/lang.ts';
import { listText } from '../../words/scope.ts';
import { usePortal } from '../state/portal.ts';
import { hashOf } from '../state/route.ts';
import { askingWords } from '../words/asking.ts';
import { termsOf } from './standing.ts';
import type { Opened } from './state.ts';
import { oneWords } from './words.ts';

/** What is still to come, how it was counted, and who tells the person. */
export function Terms({ opened: { view } }: { opened: Opened }) {
  const words = inLanguage(oneWords);
  const { policy } = usePortal();
  const terms = termsOf(view, now.value);
  const { debts, noticeBy = 'provider', toldAt, delayUntil } = view;
  const isLive = view.status === 'AwaitingApproval' || openStatuses.includes(view.status);
  return (
    <Section title={words.terms.title}>
      {terms.length === 0 ? <p class="soft">{words.terms.none}</p> : null}
      <Facts
        of={[
          ...terms.map(
            ({ term, at }) =>
              [
                words.terms[term],
                <>
                  <Span at={at} />, <Moment at={at} />
                  {term === 'owed' ? (
                    <span class="block">
                      {listText((debts?.owed ?? []).map((each) => words.owedParts[each]))}
                    </span>
                  ) : null}
                </>,
              ] as const,
          ),
          [
            words.terms.counted,
            view.status === 'AwaitingApproval' ? (
              <ul class="plain">
                {dueTexts(view, policy).map((text) => (
                  <li key={text}>{text}</li>
                ))}
              </ul>
            ) : undefined,
          ],
          [
            words.notice.title,
            isLive || view.collections > 0 ? (
              toldAt !== undefined ? (
                <>
                  {words.notice.told} <Moment at={toldAt} />
                </>
              ) : noticeBy === 'provider' && delayUntil !== undefined ? (
                <>
                  {words.notice.delayed} <Moment at={delayUntil} />
                </>
              ) : (
                words.notice.by[noticeBy]
              )
            ) : undefined,
          ],
        ]}
      />
    </Section>
  );
}

/** What was asked: the officer’s own copy, or what the provider says of it. */
export function Asked({ opened: { view, request, asked } }: { opened: Opened }) {
  const words = inLanguage(oneWords);
  const its = words.asked;
  const { categories } = inLanguage(askingWords);
  const scope = request ?? asked?.asked;
  const instrument = request?.instrument;
  const order =
    instrument === undefined
      ? asked && { kind: asked.instrument, jurisdiction: asked.jurisdiction, by: asked.authoriserRole }
      : { kind: instrument.kind, jurisdiction: instrument.jurisdiction, by: instrument.authoriserRole };
  const preserved = request?.preservations ?? asked?.preservations ?? [];
  const amends = view.links.amends?.split('/').at(-1);
  return (
    <Section title={its.title}>
      <Facts
        of={[
          [
            its.whose,
            request === undefined ? (
              asked && its.subjects(asked.asked.subjects.length)
            ) : (
              <ul class="plain">
                {request.subjects.map(({ kind, value }, n) => (
                  <li key={n}>
                    {inLanguage(askingWords).kinds[kind]} <strong>{printable(value)}</strong>
                  </li>
                ))}
              </ul>
            ),
          ],
          [
            its.data,
            scope && (
              <ul class="plain">
                {scope.categories.map((category) => (
                  <li key={category}>
                    {category} <span class="soft">{categories[category]}</span>
                  </li>
                ))}
              </ul>
            ),
          ],
          [
            its.period,
            scope && (
              <>
                <Moment at={scope.period.from} /> {its.to} <Moment at={scope.period.to} />
              </>
            ),
          ],
          [its.order, order && `${printable(order.kind)}, ${order.jurisdiction}`],
          [its.issued, instrument && <Moment at={instrument.issuedAt} />],
          [its.by, order && inLanguage(askingWords).authorities[order.by]],
          [its.offence, instrument && printable(instrument.offence)],
          [
            its.digest,
            instrument && (
              <Code>{readOrderDigest(instrument.digest)?.hex ?? printable(instrument.digest)}</Code>
            ),
          ],
          [its.preserved, preserved.length === 0 ? undefined : preserved.join(', ')],
          [its.amends, amends && <a href={hashOf({ screen: 'request', id: amends })}>{printable(amends)}</a>],
          [words.copy, <Code>{view.id}</Code>],
        ]}
      />
      {request === undefined ? <p class="soft">{its.notHere}</p> : null}
    </Section>
  );
}
