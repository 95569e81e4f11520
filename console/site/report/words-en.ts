import type { SiteReportWords } from './words.ts';

export const en: SiteReportWords = {
  title: 'Transparency report',
  lead: 'How often authorities asked, what came of it, and what was late: counted from the public log, and from nothing else.',
  years: 'Year',
  all: 'All years',
  asOf: (day) => `Counted up to ${day}.`,
  emergenciesIn: (year) => `Emergencies in ${year}: how many, and how many late?`,
  emergenciesEver: 'Emergencies: how many, and how many late?',
  answer: {
    none: 'No request was called an emergency.',
    hidden: 'How many requests were emergencies is not told apart: there were too few.',
    asked: (n, isOne) => (isOne ? '1 request was an emergency.' : `${n} requests were emergencies.`),
    inTime: (hours) => `None was answered after its deadline, which is ${hours} hours.`,
    late: (n, isOne, hours) =>
      `${n} ${isOne ? 'was' : 'were'} answered late, after the deadline of ${hours} hours.`,
    lateHidden: 'How many of them were answered late is not told apart.',
    opened: (n, isOne) => `${n} ${isOne ? 'was' : 'were'} opened on the signature of one reviewer.`,
    owed: (settled, overdue) =>
      `The second signature and the validated order, due within 48 hours, were there in time for ${settled} and late for ${overdue}.`,
    left: (n) => `For ${n} they were not due yet, or were owed no more.`,
    rejected: (n, isOne) => `${n} ${isOne ? 'was' : 'were'} rejected after the data could be collected.`,
  },
  tiles: {
    asked: 'Emergencies',
    late: 'Answered late',
    opened: 'Opened on one signature',
    settled: 'Settled in time',
    overdue: 'Not settled in time',
  },
  untold: 'not told apart',
  nothing: (year) => `Nobody asked for anything in ${year}.`,
  shortIn: (year) => `${year} in short`,
  chartSays: 'The table below has the same figures.',
  byYear: 'Year by year',
  year: 'Year',
  save: 'Save as CSV',
  recount: {
    title: 'Count it again in this page',
    says: (entries) =>
      `You need not believe these figures. This page can read the ${entries} entries that were counted, check that the log’s signed checkpoint covers exactly them, count again and compare. It keeps none of them.`,
    start: 'Count it again',
    stop: 'Stop',
    again: 'Count once more',
    progress: (read, of) => `${read} of ${of} entries read`,
    same: 'The report is right.',
    sameSays: (entries, size) =>
      `Every figure follows from the first ${entries} entries of the log. The log has ${size} by now, and begins with these.`,
    different: 'The report is wrong.',
    otherLog: 'The report is not of this log.',
    place: 'It first differs at',
    published: 'Published',
    recomputed: 'Counted here',
    nothing: 'nothing',
    stopped: 'Stopped. Nothing was compared.',
    failed: 'The log could not be read to its end. Nothing was compared.',
    keyFromServer:
      'The log’s key is this server’s own word. Whoever compares it with a key that they were given elsewhere proves more.',
    keyCompared: 'The log’s key is the one that you compared.',
    compare: 'Compare the key',
    elsewhere: 'This page came from the provider too. On a machine of your own, this does the same:',
  },
};
