import type { PageWords } from '../../ui/as-in-log.tsx';
import { words } from '../../words/lang.ts';

/** What the screen on checking says. */
export interface ProveWords {
  title: string;
  lead: string;
  key: Record<
    | 'title'
    | 'says'
    | 'yours'
    | 'yoursHint'
    | 'compare'
    | 'malformed'
    | 'differs'
    | 'differsSays'
    | 'believe'
    | 'same'
    | 'other'
    | 'otherSays'
    | 'kept'
    | 'forget',
    string
  >;
  /** A package of data that somebody was given: the portal proves one without a key. */
  given: { title: string; says: string; link: string };
  limits: string;
  limitsSay: readonly string[];
  page: PageWords;
  commands: Record<'title' | 'says' | 'log' | 'report' | 'page', string>;
  addresses: Record<
    | 'title'
    | 'says'
    | 'checkpoint'
    | 'tile'
    | 'entries'
    | 'feed'
    | 'report'
    | 'provider'
    | 'api'
    | 'checkpoints',
    string
  >;
}

export const proveWords = words<ProveWords>({
  title: 'Check it yourself',
  lead: 'Nothing here has to be believed. This is what you can check, and with what.',
  key: {
    title: 'The log’s key',
    says: 'Every proof on this page rests on this key. The server has just told it to your browser, and a server that lies would tell another. So compare it with the one that you know from elsewhere: from a letter, a newspaper, another person.',
    yours: 'The key that you know from elsewhere',
    yoursHint: 'It begins with the log’s name and a plus sign.',
    compare: 'Compare',
    malformed: 'This is no key of a log, or a character of it is missing.',
    differs: 'This is another key than the server’s.',
    differsSays:
      'One of the two is wrong. Ask whoever gave it to you. If you are certain of yours, have this page believe yours: then it shows nothing that yours did not sign.',
    believe: 'Believe mine',
    same: 'The server’s key is the one that you compared.',
    other: 'The server names another key than the one that you compared.',
    otherSays: 'This page believes yours alone:',
    kept: 'Your browser remembers it.',
    forget: 'Forget it',
  },
  given: {
    title: 'A package that you were given',
    says: 'Whether data that is held against somebody came from this provider, and was in the log first, can be proven in your browser. The files stay on your computer.',
    link: 'Prove a package',
  },
  limits: 'What this page proves, and what it does not',
  limitsSay: [
    'It proves that each entry that it shows is in the log that the key signed, and that the log has grown from a checkpoint that you kept.',
    'It does not prove that everybody sees the same log. Exchange checkpoints with others for that.',
    'It does not prove that what an entry says is true. That each decision was signed by enough reviewers, and more, is checked over the whole log by the command below.',
    'The page comes from the server that it checks. The command does not.',
  ],
  page: {
    title: 'This page',
    says: 'The log has the digest of the page that was deployed. What is served now is held against it. A page that lies would lie about this too: the command is the check to rely on.',
    compare: 'Compare with the log',
    verdicts: {
      recorded: 'What is served is what the log has.',
      changed: 'What is served is not what the log has. Rely on nothing here, and use the command.',
      unrecorded: 'The log has no page of the newest deployment.',
      unknown: 'The log’s newest deployment was not found.',
    },
  },
  commands: {
    title: 'With the command writ',
    says: 'It runs on your own machine, with Node, and is open source. It needs no account.',
    log: 'Check the whole log: its tree, its signatures, and that every handover was approved as the rules ask',
    report: 'Count the report again from the log',
    page: 'Hold this page against the log',
  },
  addresses: {
    title: 'Raw addresses',
    says: 'For programs of any make. Everything is open to everybody, also from other web pages. The formats are C2SP’s: tlog-checkpoint, tlog-tiles, signed-note.',
    checkpoint: 'The newest checkpoint',
    tile: 'The first hashes of the tree',
    entries: 'The first entries',
    feed: 'The newest entries (Atom)',
    report: 'The report',
    provider: 'The provider, its keys and rules',
    api: 'The API (OpenAPI)',
    checkpoints: 'Compare a checkpoint that you kept',
  },
});
