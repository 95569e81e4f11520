/**
 * The rules of a case, written a second time, from docs and the Regulation and not from the code: for each step every
 * reason there is to refuse it, or what it changes. It knows no functions of core/cases.
 */
import type { Policy } from '#core/cases/policy.ts';
import { policies, reviewers, type Step } from './acts.ts';
import { handInRules, isOwed } from './custody.ts';
import { isStatedWrong, mostOfEach, state, toAnswerBy } from './dialogue.ts';
import { lacksValidation, putOff } from './embargo.ts';
import {
  claimer,
  clock,
  close,
  day,
  disclose,
  hasTraffic,
  hour,
  isFresh,
  isOpen,
  isOverdue,
  isWaiting,
  type Known,
  minute,
  noticeDue,
  openCase,
  opensOn,
  owes,
  pay,
  plain,
  same,
  signed,
  tooWide,
  type World,
} from './known.ts';
import { refusedDelay, refusedTelling } from './notice.ts';
import { authorityRules, consentGone, held, isObjectedTo } from './notified.ts';
import { trafficRefusals } from './standing.ts';
import { goesOn } from './time.ts';

/**
 * Plays a step.
 *
 * @returns every reason for which it may be refused; with none, the world has changed by it
 */
export function play(world: World, step: Step): string[] {
  const known = world.cases[step.of];
  const inForce = policies[world.policy];
  if (known === undefined || inForce === undefined) throw new Error('the history names what is not there');
  const rules = rulesOf(world, known, inForce, step);
  const reasons = Object.entries(rules.refused)
    .filter(([, holds]) => holds)
    .map(([why]) => why);
  if (reasons.length === 0) rules.change();
  // Where two reasons have one code.
  return reasons.map((why) => why.replace(/ .*/, ''));
}

/** Reasons by their code, which may be followed by which of several it is; and what changes if none holds. */
interface Rules {
  refused: Record<string, boolean>;
  change(): void;
}

function rulesOf(world: World, known: Known, inForce: Policy, step: Step): Rules {
  const { now } = world;
  const open = isOpen(known.status);
  const waiting = isWaiting(known.status);
  const isRevoked = (key: string) => world.revoked.has(key);
  const onlyOpen = { 'case-not-approved': waiting, 'case-closed': !waiting && !open };
  const shut = {
    ...onlyOpen,
    'case-closed overdue': isOverdue(known, now),
    'case-closed expired': known.opening !== undefined && now >= known.opening.until,
    'notification-pending': held(known, now),
  };
  switch (step.do) {
    case 'approve': {
      const scope = plain(step.scope);
      const person = reviewers[step.by];
      const vote = { person, key: step.by, scope, policy: world.policy };
      const agreeing = known.votes.filter((v) => v.scope === scope && v.policy === world.policy);
      return {
        refused: {
          'signature-key-unknown': isRevoked(step.by),
          'decision-digest-mismatch': step.digest === 'wrong',
          'scope-too-wide': tooWide.includes(scope) || isObjectedTo(known, scope),
          ...(hasTraffic(scope) ? trafficRefusals(inForce, known.priority) : {}),
          'case-closed': !waiting && !(open && owes(known, 'second-signature')),
          'order-missing': isOwed(known.order, known.priority),
          'debt-overdue': open && isOverdue(known, now),
          'withheld-differs': isStatedWrong(step.says, scope, open ? known.talk : undefined),
          'scope-differs': open && scope !== known.opening?.scope,
          'decision-repeated': (open ? known.votes : agreeing).some((v) => v.person === person),
        },
        change: () => {
          known.log.push('decision.approved');
          if (!open)
            for (const gone of known.votes.filter((v) => !agreeing.includes(v)))
              known.superseded.push(gone.scope === scope ? 'policy-changed' : 'scope-differs');
          if (!open) state(known.talk, step.says, agreeing.length);
          known.votes = [...(open ? known.votes : agreeing), vote];
          if (open) {
            if (signed(known) >= (known.opening?.needed ?? 0)) pay(known, 'second-signature');
          } else if (signed(known) >= opensOn(known, inForce)) openCase(known, scope, world, inForce);
        },
      };
    }
    case 'reject':
      return {
        refused: {
          'signature-key-unknown': isRevoked(step.by),
          'decision-digest-mismatch': step.digest === 'wrong',
          'case-closed': !waiting && !(open && owes(known, 'second-signature')),
        },
        change: () => {
          known.votes.push({ person: reviewers[step.by], key: step.by, policy: world.policy });
          close(known, 'Rejected', 'decision.rejected');
        },
      };
    case 'consent':
    case 'object':
      return authorityRules(known, step, world);
    case 'suspend':
      return {
        refused: {
          'signature-key-unknown': isRevoked(step.by),
          'decision-digest-mismatch': step.digest === 'wrong',
          ...onlyOpen,
        },
        change: () => close(known, 'Suspended', 'case.suspended'),
      };
    case 'view':
      return {
        refused: { 'signature-key-unknown': isRevoked(step.by) },
        change: () => known.log.push('review.opened'),
      };
    case 'note':
      return {
        refused: { 'signature-key-unknown': isRevoked(step.by), 'limit-exceeded': known.notes >= 50 },
        change: () => {
          known.log.push('note.added');
          known.notes++;
        },
      };
    case 'claim': {
      const person = reviewers[step.by];
      const by = claimer(known, now);
      const isAnothers = by !== undefined && by !== person;
      return {
        refused: {
          'signature-key-unknown': isRevoked(step.by),
          'case-closed': !waiting && !open,
          'case-claimed': step.how === 'take' && isAnothers,
          'case-not-claimed': step.how === 'end' && by !== person,
        },
        change: () => {
          known.log.push(step.how === 'end' ? 'case.unclaimed' : 'case.claimed');
          const hours = known.priority === 'Emergency' ? 1 : 24;
          known.claim = step.how === 'end' ? undefined : { person, until: now + hours * hour };
        },
      };
    }
    case 'inquire':
      return {
        refused: {
          'signature-key-unknown': isRevoked(step.by),
          'decision-digest-mismatch': step.digest === 'wrong',
          'case-closed': !waiting && !(open && owes(known, 'second-signature')),
          'information-pending': known.questions > known.informed,
          'limit-exceeded': known.questions >= 10,
        },
        change: () => {
          known.log.push('information.asked');
          known.questions++;
          known.askedAt = now;
          known.talk.answerBy = toAnswerBy(now, inForce);
        },
      };
    case 'inform':
      return {
        refused: {
          'signature-key-unknown': isRevoked(known.officer),
          'case-closed': !waiting && !open,
          'nothing-asked': known.questions === known.informed,
        },
        change: () => {
          known.log.push('information.given');
          known.informed++;
          goesOn(known, now);
        },
      };
    case 'hand-in': {
      const isOfficerRevoked = isRevoked(known.officer);
      return handInRules(known, step, { isOfficerRevoked, isWorkedOn: waiting || open });
    }
    case 'write': {
      const side = step.by === 'agency' ? 'agency' : 'desk';
      return {
        refused: {
          'signature-key-unknown': isRevoked(step.by === 'agency' ? known.officer : step.by),
          'limit-exceeded': known.talk.letters[side] >= mostOfEach,
        },
        change: () => {
          known.log.push('letter.written');
          known.talk.letters[side]++;
        },
      };
    }
    case 'withdraw':
      return {
        refused: {
          'signature-key-unknown': isRevoked(step.by),
          'not-found': step.by !== known.officer,
          'case-closed': !waiting && !open,
        },
        change: () => close(known, 'Cancelled', 'case.withdrawn'),
      };
    case 'validate': {
      const { role } = step;
      const withTraffic = hasTraffic(known.opening?.scope ?? 'asked');
      return {
        refused: {
          'signature-key-unknown': isRevoked(known.officer),
          'case-closed':
            !waiting && !open && !['Suspended', 'Rejected', 'Cancelled', 'Expired'].includes(known.status),
          'nothing-owed':
            known.priority !== 'Emergency' ||
            known.isValidated ||
            (waiting && !lacksValidation(known, inForce)) ||
            (!waiting && (!owes(known, 'authorisation') || (!open && known.answers === 0))),
          'debt-overdue': known.debts !== undefined && now >= known.debts.due,
          'authoriser-insufficient to validate': !inForce.emergency.validators.includes(role),
          'authoriser-insufficient for traffic': withTraffic && role === 'PublicProsecutor',
          ...(withTraffic ? trafficRefusals(inForce, known.priority) : {}),
        },
        change: () => {
          known.log.push('authorisation.validated');
          known.isValidated = true;
          pay(known, 'authorisation');
        },
      };
    }
    case 'renew':
      return {
        refused: {
          'signature-key-unknown': isRevoked(known.officer),
          'notice-given': known.notified > 0,
          'delay-none': known.delayUntil === undefined,
          'delay-ended': known.delayUntil !== undefined && now >= known.delayUntil,
          'limit-exceeded': known.renewals >= inForce.notice.renewals,
          ...refusedDelay(known, step, inForce),
        },
        change: () => {
          known.log.push('notice.delayed');
          known.renewals++;
          known.delayUntil = now + step.days * day;
          putOff(known, known.delayUntil);
        },
      };
    case 'told':
      return {
        refused: {
          'signature-key-unknown': isRevoked(known.officer),
          ...refusedTelling(known, step.minutes),
        },
        change: () => {
          known.log.push('notice.told');
          known.isSaid = true;
        },
      };
    case 'mint': {
      const standing = known.votes.filter(
        ({ key, policy }) => policy === known.opening?.policy && !isRevoked(key),
      ).length;
      return {
        refused: {
          'approval-not-proven': standing < (known.opening?.opensOn ?? 2) || isRevoked(known.officer),
          'notification-pending': held(known, now) || consentGone(known, now, world.revoked),
          'case-not-approved': known.opening === undefined,
          'case-closed': !waiting && known.status !== 'AwaitingDisclosure',
          'case-closed again': known.grants !== undefined,
        },
        change: () => {
          if (step.grants === 'too many') close(known, 'Invalid', 'case.invalid');
          else if (step.grants === 0) close(known, 'DisclosureNotAvailable', 'data.absent');
          else known.log.push('grant.minted');
          known.grants = step.grants === 'too many' ? 0 : step.grants;
        },
      };
    }
    case 'ask': {
      const { page } = step;
      const first = { collection: known.collections + 1, page: 1 };
      const wanted =
        page === 'first'
          ? first
          : { collection: known.collections + (page.of === 'this' ? 0 : 1), page: page.page };
      const goesOn =
        known.unfinished?.collection === wanted.collection && wanted.page <= known.unfinished.page + 1;
      return {
        refused: {
          'signature-key-unknown': isRevoked(known.officer),
          ...shut,
          'collections-used-up': page === 'first' && known.collections >= (known.opening?.collections ?? 0),
          'page-gone': page !== 'first' && !goesOn,
        },
        change: () => {
          if (isFresh(known, now) && same(known.pending, wanted)) return;
          known.log.push('collection.intended');
          known.pending = { ...wanted, at: now };
        },
      };
    }
    case 'answer':
      return {
        refused: {
          ...shut,
          'case-closed unannounced': known.pending === undefined,
          'collections-used-up':
            known.pending === undefined && known.collections >= (known.opening?.collections ?? 0),
          'try-again': known.pending !== undefined && !isFresh(known, now),
        },
        change: () => {
          if ((known.grants ?? 0) === 0) {
            known.log.push('collection.failed');
            known.pending = undefined;
          } else disclose(known, step.more, now);
        },
      };
    case 'fail':
      return {
        refused: { 'case-closed': known.pending === undefined },
        change: () => {
          known.log.push('collection.failed');
          known.pending = undefined;
        },
      };
    case 'notify':
      return {
        refused: {},
        change: () => {
          if (noticeDue(known, now) === undefined) return;
          known.log.push('notice.sent');
          known.notified = known.answers;
          known.isLate = false;
        },
      };
    case 'address':
      return {
        refused: { 'case-not-approved': known.notified === 0 },
        change: () => known.log.push('notice.addressed'),
      };
    case 'revoke':
      return { refused: {}, change: () => world.revoked.add(step.key) };
    case 'adopt':
      return { refused: {}, change: () => Object.assign(world, { policy: step.policy }) };
    case 'wait':
      return { refused: {}, change: () => Object.assign(world, { now: now + step.minutes * minute }) };
    case 'clock':
      return {
        refused: {},
        change: () => {
          for (const one of world.cases) clock(one, world, inForce);
        },
      };
  }
}
