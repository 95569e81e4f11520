import type { ImportWords } from './words.ts';

const roles: Readonly<Record<string, string>> = {
  PublicProsecutor: 'a public prosecutor',
  JudgeCourtOrInvestigatingJudge: 'a judge, court or investigating judge',
  OtherCompetentAuthority: 'another competent authority',
};

const approver = (role: string, at: string | undefined) =>
  [roles[role] ?? role, at].filter((part) => part !== undefined).join(', ');

const deadlines: Readonly<Record<string, string>> = {
  'ten-days': 'within ten days',
  'as-soon-as-possible': 'as soon as possible, within ten days',
  'eight-hours': 'within eight hours',
};

export const english: ImportWords = {
  headings: {
    taken: 'Taken',
    missing: 'Missing, and needed to import it',
    open: 'You still give',
    refused: 'Refused',
    note: 'To be looked at',
  },
  section: (letter) => `Section ${letter}`,
  identifier: (number) => `identifier ${number}`,
  said: {
    kind: (value) => `the order is of the kind ${value}.`,
    authority: (value) => `${value} issued it.`,
    jurisdiction: (value) => `it was issued under the law of ${value}.`,
    'form-id': (value) => `the form’s id, ${value}, is the order that all its requests name.`,
    'case-id': (value) => `the file reference becomes your reference: ${value}.`,
    deadline: (value) => `the answer is asked for ${deadlines[value] ?? value}.`,
    'answer-by': (value) => `the answer is asked for by ${value}.`,
    emergency: () => 'it is an emergency.',
    threat: (value) => `what is threatened: ${value}.`,
    issued: (value, at) => `issued by ${approver(value, at)}.`,
    validated: (value, at) =>
      `validated by ${approver(value, at)}: the request names them as its authoriser.`,
    evidence: (value) => `${value}.`,
    offence: (value) => `the offence is ${value}.`,
    threshold: () => 'the authority states that the offence meets the threshold.',
    delay: (value) => `the person is not told before ${value}.`,
    'delay-default': (value) =>
      `the form names no end of the delay; the draft has the latest that the provider’s policy allows, ${value}.`,
    notified: (value) => `the enforcing authority ${value} was notified.`,
    'notified-exempt': () => 'no enforcing authority need be notified.',
    digest: (value) => `the order’s digest is that of the document in the form, ${value}.`,
    amends: (value) => `it is asked in place of the request ${value}.`,
    preserved: (value) => `${value} was preserved for it.`,
    'as-preservation': () => 'an EPOC-PR preserves and discloses nothing: it becomes preservations.',
    'authority-id-missing': () => 'the authority’s id is missing.',
    'form-id-missing': () => 'the form’s own id is missing.',
    'case-id-missing': () => 'the case’s id, the file reference, is missing.',
    'evidence-missing': () => 'it names no identifier that anything is asked of.',
    'issuer-missing': () => 'the type of the issuing authority is missing.',
    'issued-at-missing': () => 'the day and time at which it was issued are missing.',
    'deadline-missing': () => 'it does not say by when the answer is asked for.',
    'digest-open': () => 'the order’s file: its digest is computed from that.',
    'kind-open': () => 'the kind of order (--instrument).',
    'jurisdiction-open': () => 'under whose law it was issued (--jurisdiction).',
    'offence-open': () => 'the offence, as the order names it (--offence).',
    'period-open': () => 'from when to when (--from, --to).',
    'threat-open': () => 'what is threatened (--threat).',
    'delay-open': () =>
      'the delay of telling the person, without an end or a reason in the form (--delay-until, --delay-reason).',
    'notification-open': () =>
      'the enforcing authority that was notified, or that none need be (--notified, --resident).',
    'related-open': (value) =>
      `what the form calls ${value}: name it by this provider’s id (--amends, --preservation, --of-order).`,
    'other-addressee': (value) => `it is addressed to ${value}, which is not this provider.`,
    content: () => 'it asks for content. Writ holds none and cannot ask for any.',
    'address-and-time': () =>
      'it names only an address, and a time. Who used an address cannot be looked up, by design: the form’s ground for that is that compliance is not possible (impossible).',
    'identifier-unknown': (value) =>
      `its identifier${value === '' ? '' : ` (${value})`} is none that is asked by: an account, a telephone number with a plus and its country’s code, or a username.`,
    'identifiers-several': (value) =>
      `it names several values (${value}) that narrow one another. A request by one of them would ask for more.`,
    'category-unknown': (value) => `${value} is no category that is known here.`,
    'category-missing': () => 'it asks for no category of data that can be asked for.',
    'emergency-contradicted': () =>
      'one part of it says that it is an emergency, and another that it is none.',
    'digest-differs': () => 'the document in it is not the one that its checksum is of.',
    test: () => 'it says that it is a test. Nobody is asked for data by a test.',
    'not-in-force': (value) => `it is not in force: ${value}.`,
    'task-elsewhere': () => 'it belongs to another authorisation.',
    interception: () => 'it asks for interception. Writ discloses stored data alone.',
    'preservation-edition': () =>
      'it has a preservation task (LPTask), which the edition that is read here (V1.12.1) does not have. Take the EPOC-PR as JSON.',
    'addressee-unknown': (value) =>
      value === ''
        ? 'it names no addressee: see that it is for this provider.'
        : `it is addressed to ${value}: see that this is the provider.`,
    'as-soon-as-possible': () =>
      '“as soon as possible” has no place in a request: it is due within ten days.',
    'without-validation': () =>
      'it was issued before anybody validated it: hand in the validated order afterwards.',
    recipient: (value) =>
      `the data is to go to ${value}. It is encrypted to the officer who collects it, and goes nowhere else.`,
    unfit: (value) => `“${value}” is not of the form that a request takes, and was left out.`,
    unread: (value) => `${value}: read, and in no request.`,
    edition: (value) =>
      `the message says that it is of another edition${value === '' ? '' : ` (${value})`}; it was read as V1.12.1.`,
    'term-outside-agency': (value) => `your agency’s terms do not have it: ${value}.`,
    'term-outside-policy': (value) => `the provider’s policy does not take it: ${value}.`,
  },
};
