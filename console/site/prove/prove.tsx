import { useState } from 'preact/hooks';
import { checkCommands } from '#client/report/check-commands.ts';
import { LogError } from '#core/log/errors.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { type Tile, tileAt, tilePath } from '#core/log/tiles.ts';
import { AsInLog } from '../../ui/as-in-log.tsx';
import { Button, Code, Field, Notice, Section } from '../../ui/kit.tsx';
import { inLanguage } from '../../words/lang.ts';
import { comparedKey, forgetKey, rememberKey } from '../compared-key.ts';
import { Copy } from '../copy.tsx';
import { Failure, Screen } from '../frame.tsx';
import { hashOf } from '../route.ts';
import { open, type Site, useSite } from '../state.ts';
import { proveWords } from './words.ts';

/** How anybody checks without this page, and how far the page itself can be relied on. */
export function Prove() {
  const words = inLanguage(proveWords);
  const site = useSite();
  return (
    <Screen name="prove" title={words.title} lead={words.lead}>
      <LogKey site={site} />
      <Section title={words.limits}>
        <ul>
          {words.limitsSay.map((says) => (
            <li key={says}>{says}</li>
          ))}
        </ul>
      </Section>
      <Section title={words.given.title}>
        <p>
          {words.given.says} <a href="/v1/portal#/prove">{words.given.link}</a>
        </p>
      </Section>
      <AsInLog
        words={words.page}
        page="site"
        files={site.files}
        log={site.log}
        failure={(error) => <Failure error={error} />}
      />
      <Commands site={site} />
      <Addresses />
    </Screen>
  );
}

function LogKey({ site }: { site: Site }) {
  const words = inLanguage(proveWords).key;
  const own = site.provider.log?.verifierKey;
  const compared = comparedKey.value;
  const [text, setText] = useState('');
  const [said, setSaid] = useState<'malformed' | 'differs'>();
  const believe = () => {
    try {
      rememberKey(text);
    } catch (error) {
      if (!(error instanceof LogError)) throw error;
      setSaid('malformed');
      return;
    }
    void open(site.url);
  };
  const compare = () => {
    if (text.trim() === own) believe();
    else setSaid(isVerifierKeyLike(text) ? 'differs' : 'malformed');
  };
  return (
    <Section title={words.title}>
      <p>{words.says}</p>
      {own === undefined ? null : (
        <>
          <pre class="command">{own}</pre>
          <p>
            <Copy text={own} what={words.title} />
          </p>
        </>
      )}
      {compared === undefined ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            compare();
          }}
        >
          <Field
            label={words.yours}
            hint={words.yoursHint}
            error={said === 'malformed' ? words.malformed : undefined}
          >
            {(its) => (
              <textarea
                {...its}
                rows={3}
                spellcheck={false}
                value={text}
                onInput={({ currentTarget }) => {
                  setText(currentTarget.value);
                  setSaid(undefined);
                }}
              />
            )}
          </Field>
          {said === 'differs' ? (
            <Notice tone="bad" title={words.differs} alert>
              <p>{words.differsSays}</p>
              <Button onClick={believe}>{words.believe}</Button>
            </Notice>
          ) : null}
          <Button kind="main" type="submit">
            {words.compare}
          </Button>
        </form>
      ) : (
        <Notice
          tone={compared === own ? 'good' : 'bad'}
          title={compared === own ? words.same : words.other}
          alert
        >
          {compared === own ? null : (
            <p>
              {words.otherSays} <Code>{compared}</Code>
            </p>
          )}
          <p>
            {words.kept}{' '}
            <Button
              onClick={() => {
                forgetKey();
                void open(site.url);
              }}
            >
              {words.forget}
            </Button>
          </p>
        </Notice>
      )}
    </Section>
  );
}

const isVerifierKeyLike = (text: string) => /^[^+\s]+\+[0-9a-f]{8}\+\S+$/.test(text.trim());

function Commands({ site: { url, log } }: { site: Site }) {
  const words = inLanguage(proveWords).commands;
  if (log === undefined) return null;
  const source = { url: `${url}/v1`, verifierKey: formatVerifierKey(log.key) };
  const [report = '', verify = ''] = checkCommands(source);
  const lines = [
    [words.log, verify],
    [words.report, report],
    [words.page, verify.replace('writ log verify', 'writ console verify --page site')],
  ] as const;
  return (
    <Section title={words.title}>
      <p>{words.says}</p>
      {lines.map(([says, line]) => (
        <div key={says}>
          <p>
            <strong>{says}</strong>
          </p>
          <pre class="command">{line}</pre>
          <p>
            <Copy text={line} what={says} />
          </p>
        </div>
      ))}
    </Section>
  );
}

/** What programs read: all that this page shows is made of it. The first files of a log that is short are not full yet. */
const addressesOf = (size: bigint) => {
  const first = (level: Tile['level']) => `/v1/log/${tilePath(tileAt(level, 0n, size))}`;
  return [
    ['checkpoint', '/v1/log/checkpoint'],
    ...(size === 0n ? [] : [['tile', first(0)] as const, ['entries', first('entries')] as const]),
    ['feed', '/v1/log/feed'],
    ['report', '/v1/transparency'],
    ['provider', '/v1/provider'],
    ['api', '/v1/openapi.json'],
  ] as const;
};

function Addresses() {
  const words = inLanguage(proveWords).addresses;
  const newest = useSite().newest.value;
  const addresses = addressesOf(newest.is === 'proven' ? newest.checkpoint.size : 0n);
  return (
    <Section title={words.title}>
      <p>{words.says}</p>
      <dl class="facts">
        {addresses.map(([name, address]) => (
          <div key={name}>
            <dt>{words[name]}</dt>
            <dd>
              <a href={address}>{address}</a>
            </dd>
          </div>
        ))}
      </dl>
      <p>
        <a href={hashOf({ screen: 'checkpoint' })}>{words.checkpoints}</a>
      </p>
    </Section>
  );
}
