import type { HealthAnswer } from '#core/health/answer.ts';

const none = { count: 0 };

/** What the function `Health` answers where all is well. */
export const well: HealthAnswer = {
  at: '2026-11-20T09:00:00.000Z',
  version: '0.1.0',
  policyHash: `sha-256=:${'A'.repeat(43)}=:`,
  parts: {
    outbox: { waiting: none },
    log: { signed: 120, published: 120 },
    witnesses: { asked: 0 },
    cases: {
      AwaitingApproval: { count: 3 },
      AwaitingDisclosure: { count: 2 },
      Disclosed: { count: 7 },
      DisclosureNotAvailable: none,
      Rejected: { count: 1 },
      Cancelled: none,
      Suspended: none,
      Expired: { count: 40, atLeast: true },
      Invalid: none,
    },
    deadlines: { overdue: none, lastQuarter: none },
    emergencies: { undecided: none, owing: none, overdue: none },
    access: { late: none },
    notices: { owed: { count: 1 }, overdue: none },
    keys: { enrolled: { count: 9 }, reviewers: { count: 3 }, cooling: none },
    changes: { pending: none, lapsing: none },
    vaultKeys: { needed: 2, thisMonth: 2, nextMonth: 2 },
  },
};
