/** The policies of European law, each against orders as the law has them. */
import { describe } from 'node:test';
import { identifying, judge, judges, other, prosecutor, subscriber, traffic } from './judged.ts';

const de = { law: 'DE', offence: 'StGB 176b' } as const;

describe('eu-e-evidence: Regulation (EU) 2023/1543', () => {
  const epoc = { kind: 'EPOC', ...de } as const;
  judges('eu-e-evidence', [
    {
      why: 'a prosecutor orders subscriber data (Art. 4(1)(a))',
      ...epoc,
      by: prosecutor,
      of: subscriber,
      is: 'taken',
    },
    { why: 'and data to identify the user alone', ...epoc, by: prosecutor, of: identifying, is: 'taken' },
    {
      why: 'a prosecutor orders no traffic data (Art. 4(2))',
      ...epoc,
      by: prosecutor,
      of: [subscriber, traffic],
      is: 'authoriser-insufficient',
    },
    {
      why: 'a judge orders traffic data, for an offence that is listed (Art. 5(4))',
      ...epoc,
      by: judge,
      of: traffic,
      resident: true,
      is: 'taken',
    },
    {
      why: 'whose order says who was notified, or why nobody was (Art. 8)',
      ...epoc,
      by: judge,
      of: traffic,
      is: 'notification-missing',
    },
    {
      why: 'and none for one below the threshold',
      ...epoc,
      offence: 'StGB 185',
      by: judge,
      of: traffic,
      is: 'offence-below-threshold',
    },
    {
      why: 'an offence that is on no list is for the reviewers to judge',
      ...epoc,
      offence: 'StGB 331',
      by: judge,
      of: traffic,
      resident: true,
      is: 'taken',
    },
    {
      why: 'what the order declares of a listed offence changes nothing',
      ...epoc,
      offence: 'StGB 185',
      declares: true,
      by: judge,
      of: traffic,
      is: 'offence-below-threshold',
    },
    {
      why: 'the police issue none without a judge or prosecutor (Art. 4(1)(b))',
      ...epoc,
      by: other,
      of: subscriber,
      is: 'authoriser-insufficient',
    },
    {
      why: 'but in an emergency (Art. 4(5))',
      ...epoc,
      by: other,
      of: [subscriber, identifying],
      urgent: true,
      is: 'taken',
    },
    {
      why: 'and not even then for traffic data',
      ...epoc,
      by: other,
      of: traffic,
      urgent: true,
      is: 'authoriser-insufficient',
    },
    {
      why: 'a national order is what its law says',
      ...de,
      kind: 'NationalOrder',
      by: other,
      of: subscriber,
      is: 'taken',
    },
    {
      why: 'an EIO is issued or validated by a judge or prosecutor (Directive 2014/41/EU Art. 2(c))',
      ...de,
      kind: 'EIO',
      by: other,
      of: subscriber,
      is: 'authoriser-insufficient',
    },
    {
      why: 'a preservation order discloses nothing',
      ...de,
      kind: 'EPOC-PR',
      by: judge,
      of: subscriber,
      is: 'instrument-not-accepted',
    },
    {
      why: 'an office that the policy does not know is none',
      ...epoc,
      role: 'Court',
      by: judge,
      of: subscriber,
      is: 'authoriser-insufficient',
    },
  ]);
});

describe('dsa-art10: Regulation (EU) 2022/2065', () => {
  const order = { kind: 'InformationOrder', ...de } as const;
  judges('dsa-art10', [
    {
      why: 'an administrative authority orders subscriber data (Art. 10(1))',
      ...order,
      by: other,
      of: subscriber,
      is: 'taken',
    },
    {
      why: 'under its own name',
      ...order,
      by: other,
      role: 'AdministrativeAuthority',
      of: subscriber,
      is: 'taken',
    },
    { why: 'and who is behind an account', ...order, by: other, of: identifying, is: 'taken' },
    {
      why: 'but no history of log-ins',
      ...order,
      by: other,
      declares: true,
      of: traffic,
      is: 'authoriser-insufficient',
    },
    {
      why: 'nor does a prosecutor',
      ...order,
      by: prosecutor,
      declares: true,
      of: traffic,
      is: 'authoriser-insufficient',
    },
    {
      why: 'a judge does, where the order says that the crime is serious',
      ...order,
      by: judge,
      declares: true,
      of: traffic,
      is: 'taken',
    },
    { why: 'and not otherwise', ...order, by: judge, of: traffic, is: 'offence-below-threshold' },
    {
      why: 'an order to act against content asks for nothing here (Art. 9)',
      ...order,
      kind: 'ContentOrder',
      by: judge,
      of: subscriber,
      is: 'instrument-not-accepted',
    },
    {
      why: 'an office counts as what it is',
      ...order,
      by: judge,
      role: 'AdministrativeAuthority',
      of: subscriber,
      is: 'authoriser-insufficient',
    },
  ]);
});

describe('budapest-2ap: CETS 224', () => {
  const law = { law: 'FR' } as const;
  judges('budapest-2ap', [
    {
      why: 'a prosecutor asks the provider for subscriber information (Art. 7)',
      ...law,
      kind: 'AP2-Art7',
      by: prosecutor,
      of: subscriber,
      is: 'taken',
    },
    { why: 'a judge too', ...law, kind: 'AP2-Art7', by: judge, of: subscriber, is: 'taken' },
    {
      why: 'and for nothing else by that article',
      ...law,
      kind: 'AP2-Art7',
      by: judge,
      of: traffic,
      is: 'instrument-not-accepted',
    },
    {
      why: 'not even to identify',
      ...law,
      kind: 'AP2-Art7',
      by: judge,
      of: identifying,
      is: 'instrument-not-accepted',
    },
    {
      why: 'traffic data come by an order that the other Party gives effect to (Art. 8)',
      ...law,
      kind: 'AP2-Art8',
      by: judge,
      of: [subscriber, traffic],
      is: 'taken',
    },
    {
      why: 'the police ask for none by Art. 7',
      ...law,
      kind: 'AP2-Art7',
      by: other,
      of: subscriber,
      is: 'authoriser-insufficient',
    },
    {
      why: 'an emergency goes by Art. 9 or 10',
      ...law,
      kind: 'AP2-Art10',
      by: other,
      of: traffic,
      urgent: true,
      is: 'taken',
    },
    {
      why: 'which are for emergencies alone',
      ...law,
      kind: 'AP2-Art9',
      by: judge,
      of: subscriber,
      is: 'priority-not-accepted',
    },
  ]);
});
