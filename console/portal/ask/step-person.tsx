import { longestDelayDays } from '#core/cases/notice-modes.ts';
import { delayReasons } from '#core/cases/request.ts';
import { Section } from '../../ui/kit.tsx';
import { inLanguage } from '../../words/lang.ts';
import { tellerOf } from './draft.ts';
import { type Choice, DateField, FileField, Radios, TextField } from './fields.tsx';
import { asksNotification } from './offered.ts';
import { useAsk } from './state.ts';
import { askWords } from './words.ts';

/** Who tells the person, and when; and which enforcing authority was notified, where one is to be. */
export function PersonStep() {
  const { draft: of, rules } = useAsk();
  const draft = of.value;
  const words = inLanguage(askWords);
  const { who, mayForbid } = tellerOf(draft.kind, rules.policy);
  const days = (mode: Parameters<typeof longestDelayDays>[0]) =>
    rules.policy === undefined ? '' : words.secrecy.delaySays(longestDelayDays(mode, rules.policy));
  const choices: Choice[] = [
    ...(who === 'nobody'
      ? []
      : [
          {
            value: 'tell',
            label: words.secrecy.tell,
            says: who === 'authority' ? words.secrecy.authoritySays : words.secrecy.tellSays,
          },
          { value: 'delay', label: words.secrecy.delay, says: days(who) },
        ]),
    ...(mayForbid
      ? [
          {
            value: 'forbidden',
            label: words.secrecy.forbidden,
            says: `${words.secrecy.forbiddenSays} ${days('nobody')}`,
          },
        ]
      : []),
  ];
  return (
    <>
      <Radios field="secrecy" choices={choices} />
      {draft.secrecy === 'delay' || draft.secrecy === 'forbidden' ? (
        <>
          <DateField field="delayUntil" type="date" />
          <Radios
            field="reason"
            choices={delayReasons.map((value) => ({ value, label: words.reasons[value] }))}
          />
          {draft.secrecy === 'forbidden' ? <FileField field="noticeDigest" name="noticeFile" /> : null}
        </>
      ) : null}
      {asksNotification(draft, rules) ? (
        <Section title={words.notification.title}>
          <p>
            {words.notification.says}
            {rules.policy?.notification?.[draft.priority || 'Routine'].waits === true
              ? ` ${words.notification.waits}`
              : null}
          </p>
          <Radios
            field="notified"
            choices={[
              { value: 'authority', label: words.notification.authority },
              ...(rules.policy?.notification?.exempt === 'resident'
                ? [
                    {
                      value: 'resident',
                      label: words.notification.resident,
                      says: words.notification.residentSays,
                    },
                  ]
                : []),
            ]}
          />
          {draft.notified === 'authority' ? <TextField field="enforcing" /> : null}
        </Section>
      ) : null}
    </>
  );
}
