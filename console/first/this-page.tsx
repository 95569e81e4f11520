import { publicFiles } from '#client/console-digest.ts';
import type { Session } from '#client/exchange.ts';
import type { PageName } from '#core/wire/console.ts';
import { AsInLog } from '../ui/as-in-log.tsx';
import { Failure } from '../ui/failure.tsx';
import { inLanguage } from '../words/lang.ts';
import { firstWords } from './words.ts';

/** Whether the page that somebody signs in is the one that the log has. */
export function ThisPage({
  session: { url, logKey: key },
  page,
}: {
  session: Pick<Session, 'url' | 'logKey'>;
  page: PageName;
}) {
  const files = publicFiles(url);
  return (
    <AsInLog
      words={inLanguage(firstWords).page}
      level={page === 'desk' ? 3 : 2}
      page={page}
      files={files}
      log={key === undefined ? undefined : { key, read: (path) => files(`log/${path}`) }}
      failure={(error) => <Failure error={error} />}
    />
  );
}
