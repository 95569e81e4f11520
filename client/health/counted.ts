import { counted } from '#client/counted.ts';
import { type HealthAnswer, type HealthOf, type HealthPart, isUnread } from '#core/health/answer.ts';
import type { Count } from '#core/store/counting.ts';
import type { Finding, FindingName, FindingState } from './finding.ts';
import { findingRunbook } from './runbook.ts';

/** What the numbers of the function `Health` mean. */

const minuteMs = 60_000;
/** Entries are in the log within a minute or two; so late, the stream's alarm comes (sequencer/late.ts). */
const slowMinutes = 5;
const lateMinutes = 20;
/** The next month's keys are made a month ahead: so close to it, somebody has to. */
const vaultKeyDays = 3;
/** A checkpoint that does not move is cosigned again every six hours (witnessing/cosigner.ts). */
const staleHours = 7;
/** A desk of fewer decides nothing once one of them is away. */
const fewReviewers = 3;

type Said = readonly [state: FindingState, message: string, next?: string];
type Meaning<P extends HealthPart> = (part: HealthOf<P>, at: string) => Said;

const number = ({ count, atLeast }: Count) => (atLeast === true ? `at least ${count}` : `${count}`);
const some = (of: Count, one: string, many = `${one}s`) =>
  of.atLeast === true ? `at least ${of.count} ${many}` : counted(of.count, one, many);
const isSome = ({ count, atLeast }: Count) => count > 0 || atLeast === true;
const minute = (at: string) => `${at.slice(0, 'YYYY-MM-DD'.length)} ${at.slice(11, 16)} UTC`;

const meanings: { [P in HealthPart]: Meaning<P> } = {
  outbox({ waiting, oldest }, at) {
    if (oldest === undefined)
      return waiting.atLeast === true
        ? [
            'look',
            'so much was written lately that not all of it was looked up in the log',
            'look again in a few minutes',
          ]
        : ['ok', 'every entry that was committed is in the log'];
    const late = (Date.parse(at) - Date.parse(oldest.to)) / minuteMs;
    const waits = `${some(waiting, 'entry', 'entries')} ${waiting.count === 1 && waiting.atLeast === undefined ? 'waits' : 'wait'} for the log`;
    const since = `${waits}, the oldest from before ${minute(oldest.to)}`;
    const next =
      'nothing is disclosed until they are in it. Look at the alarms `SequenceFails` and `SequenceIsBehind`, and at the log of `Sequence`';
    if (late >= lateMinutes) return ['act', since, next];
    return late >= slowMinutes ? ['look', since, next] : ['ok', `${waits}, as new ones do for a moment`];
  },

  log({ signed, published }) {
    if (signed === published)
      return ['ok', `${counted(signed, 'entry', 'entries')}, and the checkpoint in the bucket covers them`];
    if (signed > published)
      return [
        'look',
        `the checkpoint in the bucket has ${published} entries, and ${signed} are signed`,
        'it follows within a minute; otherwise look at `SequenceFails`',
      ];
    return [
      'act',
      `the checkpoint in the bucket has ${published} entries, and the log’s table says ${signed}`,
      'somebody changed the log’s table: docs/operator.md#when-the-logs-table-was-changed',
    ];
  },

  witnesses({ asked, cosigned }, at) {
    if (asked === 0) return ['ok', 'nobody is asked to witness the log'];
    const next = 'look at `WitnessFailed`, and at the log of `Cosign`: it says which witness, and why';
    if (cosigned === undefined) return ['look', 'no checkpoint was cosigned yet', next];
    const { entries, isEnough } = cosigned;
    const said = `the newest cosigned checkpoint is of ${minute(cosigned.at)}, ${counted(entries, 'entry', 'entries')}`;
    if (!isEnough) return ['look', `${said}: fewer witnesses than the quorum`, next];
    const hours = (Date.parse(at) - Date.parse(cosigned.at)) / (60 * minuteMs);
    return hours > staleHours ? ['look', said, next] : ['ok', said];
  },

  cases(of) {
    const { AwaitingApproval, AwaitingDisclosure, Disclosed, Suspended, ...ended } = of;
    const over = Object.values(ended);
    const total: Count = {
      count: over.reduce((sum, { count }) => sum + count, 0),
      ...(over.some(({ atLeast }) => atLeast) ? { atLeast: true } : {}),
    };
    return [
      'ok',
      `${number(AwaitingApproval)} to be decided, ${number(AwaitingDisclosure)} approved, ${number(Disclosed)} disclosed, ${number(Suspended)} suspended, ${number(total)} ended`,
    ];
  },

  deadlines({ overdue, lastQuarter }) {
    const next = 'have the desk look at `writ review list`: those due first come first';
    if (isSome(overdue))
      return [
        'act',
        `${some(overdue, 'case')} past the time for an answer, ${number(lastQuarter)} in the last quarter of it`,
        next,
      ];
    if (isSome(lastQuarter))
      return ['look', `${some(lastQuarter, 'case')} in the last quarter of the time for an answer`, next];
    return ['ok', 'no case is late, and none is in the last quarter of its time'];
  },

  emergencies({ undecided, owing, overdue }) {
    if (isSome(overdue))
      return [
        'act',
        `${some(overdue, 'emergency', 'emergencies')} without what was owed in time, and still open`,
        'access should have ended: look at `ExpireFails`, and at the log of `Expire`',
      ];
    if (isSome(undecided))
      return [
        'act',
        `${some(undecided, 'emergency', 'emergencies')} to be decided now`,
        'tell the person on call: an answer is due in hours',
      ];
    if (isSome(owing))
      return [
        'look',
        `${some(owing, 'emergency', 'emergencies')} open, with a signature or a validation still to come`,
        'ask the desk whether it is coming: otherwise access ends, and the agency’s emergencies with it',
      ];
    return ['ok', 'none waits, and none owes anything'];
  },

  access: ({ late }) =>
    isSome(late)
      ? [
          'act',
          `${some(late, 'case')} can still be collected though the time for it ended ten minutes ago or more`,
          'grants should be gone: look at `ExpireFails`, and at the log of `Expire`',
        ]
      : ['ok', 'no right to collect outlasts its time'],

  notices({ owed, overdue }) {
    if (isSome(overdue))
      return [
        'act',
        `in ${some(overdue, 'case')} the person should have been told by now`,
        'look at `NoticesFail`, and at whether `Expire` runs',
      ];
    return isSome(owed)
      ? ['ok', `none is late; in ${some(owed, 'case')} the person is told when the delay is over`]
      : ['ok', 'nobody is to be told of anything'];
  },

  keys({ enrolled, reviewers, cooling }) {
    const said = `${number(enrolled)} enrolled, ${number(reviewers)} of them reviewers’`;
    const cools = isSome(cooling) ? `; ${number(cooling)} may not be used yet` : '';
    if (reviewers.count < 2 && reviewers.atLeast === undefined)
      return [
        'act',
        said,
        'a desk of fewer than two people decides nothing: name reviewers with `writ operate found`',
      ];
    if (reviewers.count < fewReviewers && reviewers.atLeast === undefined)
      return ['look', `${said}${cools}`, 'keep three reviewers or more: have the desk enrol another'];
    return cools === ''
      ? ['ok', said]
      : [
          'look',
          `${said}${cools}`,
          'if nobody expects a new key, have a reviewer look at `writ admin people` and revoke it',
        ];
  },

  changes({ pending, lapsing }) {
    if (isSome(lapsing))
      return [
        'look',
        `${some(lapsing, 'change')} of the registry, void within two days`,
        'have a reviewer look at `writ admin change list`',
      ];
    return [
      'ok',
      isSome(pending)
        ? `${some(pending, 'change')} of the registry, waiting for a signature`
        : 'none is waiting',
    ];
  },

  vaultKeys({ needed, thisMonth, nextMonth }, at) {
    const next = 'look at `PrepareFails`; `Prepare` makes them, every hour';
    if (thisMonth < needed)
      return [
        'act',
        `${thisMonth} of ${needed} keys of this month are there: what arrives is not sealed`,
        next,
      ];
    if (nextMonth < needed)
      return [
        daysLeft(at) <= vaultKeyDays ? 'act' : 'look',
        `${nextMonth} of ${needed} keys of next month are there`,
        next,
      ];
    return ['ok', `${needed} of this month and ${needed} of the next are there`];
  },
};

/** Days until the month is over, in UTC. */
function daysLeft(at: string): number {
  const now = new Date(at);
  return (Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1) - now.getTime()) / 86_400_000;
}

const names: Record<HealthPart, FindingName> = {
  outbox: 'outbox',
  log: 'log',
  witnesses: 'witnesses',
  cases: 'cases',
  deadlines: 'deadlines',
  emergencies: 'emergencies',
  access: 'access',
  notices: 'notices',
  keys: 'keys',
  changes: 'changes',
  vaultKeys: 'vault-keys',
};

/** The findings of an answer of the function `Health`, in its order. */
export function countedFindings({ at, parts }: HealthAnswer): Finding[] {
  const of = <P extends HealthPart>(name: P, part: HealthOf<P> | { unread: string }): Finding => {
    const known = names[name];
    const runbook = findingRunbook[known];
    if (!isUnread(part)) {
      const [state, message, next] = meanings[name](part, at);
      return { name: known, state, message, next, runbook };
    }
    const message = `the function Health could not read it (${part.unread})`;
    return { name: known, state: 'unread', message, next: 'look again; its log says what failed', runbook };
  };
  return [
    of('outbox', parts.outbox),
    of('log', parts.log),
    of('witnesses', parts.witnesses),
    of('cases', parts.cases),
    of('deadlines', parts.deadlines),
    of('emergencies', parts.emergencies),
    of('access', parts.access),
    of('notices', parts.notices),
    of('keys', parts.keys),
    of('changes', parts.changes),
    of('vaultKeys', parts.vaultKeys),
  ];
}
