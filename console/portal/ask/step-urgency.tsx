import { threats } from '#core/cases/request.ts';
import { Notice } from '../../ui/kit.tsx';
import { inLanguage } from '../../words/lang.ts';
import { askingWords } from '../words/asking.ts';
import { Radios } from './fields.tsx';
import { mayBeEmergency, owes } from './offered.ts';
import { useAsk } from './state.ts';
import { listOr, termText } from './texts.ts';
import { askWords } from './words.ts';

/** How urgent it is, and what an emergency will owe. */
export function UrgencyStep() {
  const { draft: of, rules } = useAsk();
  const draft = of.value;
  const words = inLanguage(askWords);
  const authorities = inLanguage(askingWords).authorities;
  const debt = owes(draft, rules);
  const isAllowed = mayBeEmergency(draft, rules);
  return (
    <>
      <Radios
        field="priority"
        choices={(['Routine', 'Emergency'] as const).map((value) => {
          const term = rules.policy?.deadlines[value];
          return {
            value,
            label: words.priority[value].label,
            says: term && words.priority[value].says(termText(term)),
            why: value === 'Emergency' && !isAllowed ? words.noEmergency : undefined,
          };
        })}
      />
      {draft.priority !== 'Emergency' ? null : (
        <>
          <Radios
            field="threat"
            isOptional={rules.policy?.emergency.threat === 'optional'}
            choices={threats.map((value) => ({ value, label: words.threats[value] }))}
          />
          {debt === undefined ? (
            <Notice tone="info" title={words.owesNothing} />
          ) : (
            <Notice
              tone="warn"
              title={words.owes(listOr(debt.validators.map((each) => authorities[each])), debt.hours)}
            >
              <p>{words.late}</p>
            </Notice>
          )}
        </>
      )}
    </>
  );
}
