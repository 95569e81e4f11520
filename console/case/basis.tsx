import { printable } from '#client/printable.ts';
import type { Review } from '#client/reviewer.ts';
import { openStatuses } from '#core/cases/case.ts';
import { useDesk } from '../state/desk.ts';
import { hashOf } from '../state/route.ts';
import { Facts, Section } from '../ui/kit.tsx';
import { Moment } from '../ui/moment.tsx';
import { inLanguage } from '../words/lang.ts';
import { dueTexts } from './due-words.ts';
import { caseWords } from './words.ts';

/** On what an order rests, and how its time is counted. */
export function Basis({ review }: { review: Review }) {
  const words = inLanguage(caseWords);
  const { policy } = useDesk();
  const { request, threshold, authority } = review;
  const { instrument } = request;
  const isLive = review.status === 'AwaitingApproval' || openStatuses.includes(review.status);
  const office = instrument.role === undefined ? undefined : policy?.roles?.[instrument.role]?.title;
  return (
    <Section title={words.basis.title}>
      <Facts
        of={[
          [words.basis.instrument, words.basis.under(printable(instrument.kind), instrument.jurisdiction)],
          [words.basis.issued, <Moment at={instrument.issuedAt} />],
          [
            words.basis.authoriser,
            `${words.authorisers[instrument.authoriserRole]}${instrument.role === undefined ? '' : ` (${printable(office ?? instrument.role)})`}`,
          ],
          [
            words.basis.authority,
            instrument.authority === undefined
              ? words.basis.unnamed
              : `${printable(instrument.authority)}${authority === undefined ? '' : `: ${words.registers[authority]}`}`,
          ],
          [words.basis.offence, printable(instrument.offence)],
          [words.basis.threshold, words.thresholds[threshold]],
          [
            words.basis.threat,
            request.priority === 'Emergency' ? words.threats[request.threat ?? 'none'] : undefined,
          ],
          [
            words.basis.answerBy,
            instrument.answerBy === undefined ? undefined : <Moment at={instrument.answerBy} />,
          ],
          [
            words.basis.counted,
            isLive ? (
              <ul class="plain">
                {dueTexts(review, policy).map((text) => (
                  <li key={text}>{text}</li>
                ))}
              </ul>
            ) : undefined,
          ],
          [words.basis.key, <span class="soft">{words.basis.keyUnknown}</span>],
          [words.basis.secrecy, <Secrecy review={review} />],
          [words.basis.preserved, request.preservations?.join(', ')],
          [
            words.basis.amends,
            request.amends === undefined ? undefined : (
              <a href={hashOf({ screen: 'case', id: request.amends })}>{request.amends}</a>
            ),
          ],
          [words.basis.order, review.order === undefined ? undefined : printable(review.order)],
        ]}
      />
    </Section>
  );
}

function Secrecy({ review: { request, noticeBy } }: { review: Review }) {
  const words = inLanguage(caseWords).secrecy;
  const { notice } = request;
  return (
    <>
      {notice === undefined ? (
        words.none
      ) : (
        <>
          {words.until} <Moment at={notice.delayUntil} />: {words.reasons[notice.reason]}.
        </>
      )}
      {noticeBy === undefined || noticeBy === 'provider' ? null : <> {words.by[noticeBy]}</>}
    </>
  );
}
