import { columnNames, measureNames, providerNames } from '#client/report/words.ts';
import type { ReportWords } from './words.ts';

export const en: ReportWords = {
  loading: 'Loading the report',
  none: 'No report is published yet.',
  noneSays: 'The provider makes one every hour, once its log has an entry.',
  of: (origin) => `Who asked, and what was disclosed: ${origin}`,
  until: (entries) => `Counted from the first ${entries} entries of the public log.`,
  unsigned:
    'This is what everybody gets at /v1/transparency. The figures themselves are signed by nobody: they follow from the log.',
  signed: 'Its checkpoint is signed by this provider’s log.',
  notSigned:
    'Its checkpoint is not signed by this provider’s log. Do not rely on these figures, and tell whoever runs this.',
  short: 'In short',
  requests: 'Requests',
  answered: 'Answered in time',
  inTime: (percent, late) => `${percent} % in time, ${late} late`,
  waiting: 'Waiting',
  waitingOverdue: (overdue) => `${overdue} past the deadline`,
  deadline: (routine, emergency) => `Late is what came after ${routine} hours, in an emergency ${emergency}.`,
  months: 'Month by month',
  month: 'Month',
  chart: 'How requests ended',
  countries: 'Which countries asked',
  country: 'Country',
  countriesSay: 'By the law under which the order was issued.',
  instruments: 'On what basis',
  instrument: 'Instrument',
  instrumentsSay:
    'EPOC: a European production order, EPOC-PR: one that preserves; EIO: a European investigation order; MLA: mutual legal assistance; NationalOrder: an order under national law.',
  reasons: 'Why requests were rejected',
  reason: 'Ground',
  reasonsSay: 'The ground that the reviewer gave.',
  emergencies: 'Emergencies',
  emergenciesSay:
    'An emergency is answered in hours, on one reviewer’s signature. What it owes then falls due within 48 hours.',
  priority: 'Priority',
  byPriority: 'By priority',
  priorities: { Routine: 'Routine', Emergency: 'Emergency' },
  acts: 'What the provider did besides',
  actsSay:
    'A sweep compares the rights to open that exist at the key service with the cases; a difference found is a difference removed.',
  refused: 'Refused at the door',
  refusedSay: 'What was turned away before it was a request.',
  code: 'Code',
  enrolledKeys: 'To enrolled keys',
  strangers: 'To strangers',
  every: 'Every figure',
  cases: 'Figure',
  wholeLog: 'Whole log',
  nobody: 'Nobody asked.',
  tooFew: 'Too few requests to tell them apart.',
  ranges: 'Why some numbers are ranges',
  rangesSay:
    'The totals of a year are exact. Where they are told apart, a number from 1 to 4 is given as “1–4”, so that nobody is recognised in a line of one; and where that number would follow by subtraction, the largest in the table is a range too. “·” means that a table of so few is not given for that figure.',
  check: 'How anybody checks it',
  checkSays:
    'Nobody has to believe this page. The first command reads the whole log, counts again and compares; the second checks every entry and every signature.',
  unknownEntries: (n) =>
    `${n} entries were of a kind that the program that counted does not know, and are not counted.`,
  received: 'Requests received',
  unsure: 'The uncertain part of a range',
  measures: measureNames,
  columns: columnNames,
  provider: providerNames,
  table: 'table',
};
