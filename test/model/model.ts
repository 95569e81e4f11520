/**
 * The rules of a case, written a second time, from docs and the Regulation and not from the code: for each step every
 * reason there is to refuse it, or what it changes. It knows no functions of core/cases.
 */
import type { Policy } from '#core/cases/policy.ts';
import { policies, reviewers, type Step } from './acts.ts';
import {
  clock,
  close,
  day,
  disclose,
  hasTraffic,
  isFresh,
  isOpen,
  isOverdue,
  isWaiting,
  type Known,
  minute,
  noticeDue,
  openDoor,
  opensOn,
  owes,
  pay,
  plain,
  same,
  signed,
  tooWide,
  type World,
} from './known.ts';

/**
 * Plays a step.
 *
 * @returns every reason for which it may be refused; with none, the world has changed by it
 */
export function play(world: World, step: Step): string[] {
  const it = world.cases[step.of];
  const inForce = policies[world.policy];
  if (it === undefined || inForce === undefined) throw new Error('the history names what is not there');
  const rules = rulesOf(world, it, inForce, step);
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

function rulesOf(world: World, it: Known, inForce: Policy, step: Step): Rules {
  const { now } = world;
  const open = isOpen(it.status);
  const waiting = isWaiting(it.status);
  const isRevoked = (key: string) => world.revoked.has(key);
  const onlyOpen = { 'case-not-approved': waiting, 'case-closed': !waiting && !open };
  const shut = {
    ...onlyOpen,
    'case-closed overdue': isOverdue(it, now),
    'case-closed expired': it.door !== undefined && now >= it.door.until,
  };
  switch (step.do) {
    case 'approve': {
      const scope = plain(step.scope);
      const person = reviewers[step.by];
      const vote = { person, key: step.by, scope, policy: world.policy };
      const agreeing = it.votes.filter((v) => v.scope === scope && v.policy === world.policy);
      return {
        refused: {
          'signature-key-unknown': isRevoked(step.by),
          'decision-digest-mismatch': step.digest === 'wrong',
          'scope-too-wide': tooWide.includes(scope),
          'category-not-disclosed': hasTraffic(scope) && inForce.categories.TrafficData.length === 0,
          'case-closed': !waiting && !(open && owes(it, 'second-signature')),
          'debt-overdue': open && isOverdue(it, now),
          'scope-differs': open && scope !== it.door?.scope,
          'decision-repeated': (open ? it.votes : agreeing).some((v) => v.person === person),
        },
        change: () => {
          it.log.push('decision.approved');
          it.votes = [...(open ? it.votes : agreeing), vote];
          if (open) {
            if (signed(it) >= (it.door?.needed ?? 0)) pay(it, 'second-signature');
          } else if (signed(it) >= opensOn(it, inForce)) openDoor(it, scope, inForce, now);
        },
      };
    }
    case 'reject':
      return {
        refused: {
          'signature-key-unknown': isRevoked(step.by),
          'decision-digest-mismatch': step.digest === 'wrong',
          'case-closed': !waiting && !(open && owes(it, 'second-signature')),
        },
        change: () => {
          it.votes.push({ person: reviewers[step.by], key: step.by, policy: world.policy });
          close(it, 'Rejected', 'decision.rejected');
        },
      };
    case 'suspend':
      return {
        refused: {
          'signature-key-unknown': isRevoked(step.by),
          'decision-digest-mismatch': step.digest === 'wrong',
          ...onlyOpen,
        },
        change: () => close(it, 'Suspended', 'case.suspended'),
      };
    case 'view':
      return {
        refused: { 'signature-key-unknown': isRevoked(step.by) },
        change: () => it.log.push('review.opened'),
      };
    case 'withdraw':
      return {
        refused: {
          'signature-key-unknown': isRevoked(step.by),
          'not-found': step.by !== it.officer,
          'case-closed': !waiting && !open,
        },
        change: () => close(it, 'Cancelled', 'case.withdrawn'),
      };
    case 'validate': {
      const { role } = step;
      const withTraffic = hasTraffic(it.door?.scope ?? 'asked');
      return {
        refused: {
          'signature-key-unknown': isRevoked(it.officer),
          'case-closed':
            !waiting && !open && !['Suspended', 'Rejected', 'Cancelled', 'Expired'].includes(it.status),
          'nothing-owed':
            it.priority !== 'Emergency' ||
            it.isValidated ||
            (!waiting && (!owes(it, 'authorisation') || (!open && it.answers === 0))),
          'debt-overdue': it.debts !== undefined && now >= it.debts.due,
          'authoriser-insufficient to validate': !inForce.emergency.validators.includes(role),
          'authoriser-insufficient for traffic': withTraffic && role !== 'JudgeCourtOrInvestigatingJudge',
          'category-not-disclosed': withTraffic && inForce.categories.TrafficData.length === 0,
        },
        change: () => {
          it.log.push('authorisation.validated');
          it.isValidated = true;
          pay(it, 'authorisation');
        },
      };
    }
    case 'renew':
      return {
        refused: {
          'signature-key-unknown': isRevoked(it.officer),
          'notice-given': it.told > 0 || it.delayUntil === undefined || now >= it.delayUntil,
          'limit-exceeded': it.renewals >= inForce.notice.renewals,
          'delay-too-long': step.days > inForce.notice.longestDelayDays,
        },
        change: () => {
          it.log.push('notice.delayed');
          it.renewals++;
          it.delayUntil = now + step.days * day;
        },
      };
    case 'mint': {
      const standing = it.votes.filter(({ key }) => !isRevoked(key)).length;
      return {
        refused: {
          'approval-not-proven': standing < (it.door?.opensOn ?? 2) || isRevoked(it.officer),
          'case-not-approved': it.door === undefined,
          'case-closed': !waiting && it.status !== 'AwaitingDisclosure',
          'case-closed again': it.grants !== undefined,
        },
        change: () => {
          if (step.grants === 'too many') close(it, 'Invalid', 'case.invalid');
          else if (step.grants === 0) close(it, 'DisclosureNotAvailable', 'data.absent');
          else it.log.push('grant.minted');
          it.grants = step.grants === 'too many' ? 0 : step.grants;
        },
      };
    }
    case 'ask': {
      const { page } = step;
      const first = { collection: it.collections + 1, page: 1 };
      const wanted =
        page === 'first'
          ? first
          : { collection: it.collections + (page.of === 'this' ? 0 : 1), page: page.page };
      const goesOn = it.unfinished?.collection === wanted.collection && wanted.page <= it.unfinished.page + 1;
      return {
        refused: {
          'signature-key-unknown': isRevoked(it.officer),
          ...shut,
          'collections-used-up': page === 'first' && it.collections >= (it.door?.collections ?? 0),
          'page-gone': page !== 'first' && !goesOn,
        },
        change: () => {
          if (isFresh(it, now) && same(it.pending, wanted)) return;
          it.log.push('collection.intended');
          it.pending = { ...wanted, at: now };
        },
      };
    }
    case 'answer':
      return {
        refused: {
          ...shut,
          'case-closed unannounced': it.pending === undefined,
          'collections-used-up': it.pending === undefined && it.collections >= (it.door?.collections ?? 0),
          'try-again': it.pending !== undefined && !isFresh(it, now),
        },
        change: () => {
          if ((it.grants ?? 0) === 0) {
            it.log.push('collection.failed');
            it.pending = undefined;
          } else disclose(it, step.more, now);
        },
      };
    case 'fail':
      return {
        refused: { 'case-closed': it.pending === undefined },
        change: () => {
          it.log.push('collection.failed');
          it.pending = undefined;
        },
      };
    case 'notify':
      return {
        refused: {},
        change: () => {
          if (noticeDue(it, now) === undefined) return;
          it.log.push('notice.sent');
          it.told = it.answers;
          it.isLate = false;
        },
      };
    case 'address':
      return {
        refused: { 'case-not-approved': it.told === 0 },
        change: () => it.log.push('notice.addressed'),
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
