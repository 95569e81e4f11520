import { offenceStanding } from '#client/asking/limits.ts';
import { inLanguage, locale } from '../../words/lang.ts';
import { DateField, FileField, OneOf, Radios, TextField } from './fields.tsx';
import {
  asksAnswerBy,
  asksThreshold,
  authorisersOffered,
  kindsOffered,
  lawsOffered,
  officesOffered,
} from './offered.ts';
import { useAsk } from './state.ts';
import { askWords } from './words.ts';

/** What the request rests on. */
export function OrderStep() {
  const state = useAsk();
  const { rules, set, file } = state;
  const draft = state.draft.value;
  const words = inLanguage(askWords);
  const plain = (value: string) => ({ value, label: value });
  const laws = lawsOffered(draft, rules);
  const offices = officesOffered(draft, rules);
  const standing = offenceOf(draft.offence, draft.jurisdiction, rules);
  return (
    <>
      <TextField field="reference" />
      <OneOf field="kind" choices={kindsOffered(draft, rules).map(plain)} />
      {laws === undefined ? (
        <TextField field="jurisdiction" />
      ) : (
        <OneOf
          field="jurisdiction"
          hint={null}
          choices={laws.map((value) => ({ value, label: `${countryName(value)} (${value})` }))}
        />
      )}
      <Radios
        field="authoriser"
        choices={authorisersOffered(draft, rules).map((value) => ({
          value,
          label: words.authorisers[value],
        }))}
      />
      {offices.length === 0 ? null : (
        <OneOf
          field="office"
          choices={offices.map((value) => ({
            value,
            label: rules.policy?.roles?.[value]?.title ?? value,
          }))}
        />
      )}
      <TextField field="authority" isOptional />
      <DateField field="issued" type="datetime-local" hint={words.zone(zoneName())} />
      <TextField field="offence" />
      {standing === undefined ? null : <p class="soft under">{words.offence[standing]}</p>}
      {asksThreshold(draft, rules) ? (
        <label class="check">
          <input
            type="checkbox"
            checked={draft.declared}
            onChange={({ currentTarget }) => set({ declared: currentTarget.checked })}
          />
          <span>{words.declared}</span>
        </label>
      ) : null}
      {asksAnswerBy(draft, rules) ? (
        <DateField field="answerBy" type="datetime-local" isOptional hint={words.zone(zoneName())} />
      ) : null}
      <FileField
        field="digest"
        name="fileName"
        hint={`${words.fields.digest.hint ?? ''} ${
          draft.what === 'request' ? uploadsText(rules.policy?.order?.document, words) : ''
        }`}
        onFile={(chosen) => {
          file.value = chosen;
        }}
      />
      {draft.digest !== '' && file.value === undefined && draft.what === 'request' ? (
        <p class="soft under">{words.file.again}</p>
      ) : null}
      {draft.what === 'preservation' ? null : <TextField field="ofOrder" isOptional />}
    </>
  );
}

function uploadsText(document: string | undefined, words: ReturnType<typeof inLanguage<typeof askWords.en>>) {
  return document === 'required' || document === 'optional'
    ? words.file.uploads[document]
    : words.file.hashOnly;
}

function offenceOf(offence: string, law: string, rules: Parameters<typeof offenceStanding>[2]) {
  const isKnown = offence.trim() !== '' && rules.policy?.offences[law] !== undefined;
  return isKnown ? offenceStanding(offence.trim(), law, rules) : undefined;
}

const countryName = (code: string) =>
  new Intl.DisplayNames(locale.value, { type: 'region' }).of(code) ?? code;

export const zoneName = () => new Intl.DateTimeFormat().resolvedOptions().timeZone;
