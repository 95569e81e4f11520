import { useEffect, useState } from 'preact/hooks';
import { printable } from '#client/printable.ts';
import { checkCommands } from '#client/report/check-commands.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import type { Report } from '#core/log/report/figures.ts';
import { Section } from '../../ui/kit.tsx';
import { countText, dayText } from '../../ui/moment.tsx';
import { inLanguage } from '../../words/lang.ts';
import { Screen } from '../frame.tsx';
import { hashOf } from '../route.ts';
import { useSite } from '../state.ts';
import { type Rules, readReport, rulesOf } from './facts.ts';
import { homeWords } from './words.ts';

/** What this is, in plain words, and the ways from here. */
export function Home() {
  const words = inLanguage(homeWords);
  const site = useSite();
  const name = printable(site.provider.name);
  const rules = rulesOf(site.provider);
  return (
    <Screen name="home" title={words.title} lead={words.lead(name)}>
      <InNumbers />
      <Ways />
      <div class="answers">
        <Section title={words.asked.title}>
          <p>{words.asked.says}</p>
          <p>
            <strong>{words.asked.never}</strong> {words.asked.neverSays}
          </p>
        </Section>
        <Section title={words.decides.title}>
          <p>{words.decides.says(rules.approvals === undefined ? undefined : countText(rules.approvals))}</p>
          <p>
            {words.decides.emergency(rules.debtHours === undefined ? undefined : countText(rules.debtHours))}
          </p>
        </Section>
        <Section title={words.checks.title}>
          <p>{words.checks.says}</p>
          <p>
            <a href={hashOf({ screen: 'prove' })}>{words.checks.how}</a>
          </p>
        </Section>
        <Section title={words.told.title}>
          <p>{words.told.says}</p>
          <Contact rules={rules} />
        </Section>
      </div>
      <Programs />
    </Screen>
  );
}

/** The report in two sentences, as the provider counted it. */
function InNumbers() {
  const words = inLanguage(homeWords).numbers;
  const site = useSite();
  const [report, setReport] = useState<Report>();
  useEffect(() => {
    // Without a report the rest of the page says what it says.
    readReport(site).then(setReport, () => {});
  }, [site]);
  if (report === undefined) return null;
  const { total, from, until } = report;
  return (
    <div class="numbers">
      <p>
        {words.asked(countText(total.requests))} {words.granted(countText(total.granted))}{' '}
        {words.collected(countText(total.collected))}
      </p>
      <p class="soft">
        {from === undefined || until === undefined ? null : `${dayText(from)} – ${dayText(until)}. `}
        {words.counted} <a href={hashOf({ screen: 'report' })}>{words.report}</a>
      </p>
    </div>
  );
}

function Ways() {
  const { ways } = inLanguage(homeWords);
  const places = [
    [ways.report, hashOf({ screen: 'report' })],
    [ways.log, hashOf({ screen: 'log' })],
    [ways.letter, hashOf({ screen: 'letter' })],
    [ways.checkpoint, hashOf({ screen: 'checkpoint' })],
    [ways.portal, '/v1/portal'],
    [ways.console, '/v1/console'],
  ] as const;
  return (
    <ul class="ways">
      {places.map(([{ title, says }, href]) => (
        <li key={href}>
          <a href={href}>{title}</a>
          <p>{says}</p>
        </li>
      ))}
    </ul>
  );
}

function Contact({ rules: { contact } }: { rules: Rules }) {
  const words = inLanguage(homeWords).told;
  if (contact === undefined) return null;
  return (
    <p>
      {words.contact} <strong>{printable(contact)}</strong>
    </p>
  );
}

function Programs() {
  const words = inLanguage(homeWords).programs;
  const { url, log } = useSite();
  if (log === undefined) return null;
  const source = { url: `${url}/v1`, verifierKey: formatVerifierKey(log.key) };
  return (
    <Section title={words.title}>
      <p>{words.says}</p>
      <pre class="command">{checkCommands(source).toReversed().join('\n')}</pre>
      <p>
        {words.raw} <a href="/v1/log/checkpoint">/v1/log/checkpoint</a>{' '}
        <a href="/v1/transparency">/v1/transparency</a> <a href="/v1/provider">/v1/provider</a>{' '}
        <a href="/v1/log/feed">/v1/log/feed</a>
      </p>
    </Section>
  );
}
