import {
  collect,
  followPreservation,
  followRequest,
  openExplanation,
  preserveData,
  submitRequest,
  validateRequest,
} from '#client/agency.ts';
import { answerNotification } from '#client/authority.ts';
import { howCounted } from '#client/cli/due-text.ts';
import { proposeChange } from '#client/registry.ts';
import { decideReview, showReview } from '#client/reviewer.ts';
import type { CaseView } from '#core/cases/case.ts';
import type { Request } from '#core/cases/request.ts';
import { until } from './feed.ts';
import { invoke } from './invoke.ts';
import { enforcingTerms } from './law.ts';
import { readLog } from './log.ts';
import { openMessenger, whomToTell } from './messenger.ts';
import { newAgency } from './people.ts';
import type { Plot } from './plot.ts';
import { check, refused } from './story.ts';
import type { Teller } from './teller.ts';
import type { World } from './world.ts';

/** What else a case desk does, each as a chapter of its own, on the same plot. */
export async function rejecting(world: World, plot: Plot, tell: Teller): Promise<void> {
  tell.chapter('The desk rejects, on a ground');
  const view = await ask(world, plot, { categories: ['SubscriberData'] });
  const first = reviewer(world, 0);
  await showReview(first.session, view.id);
  const reason = 'the order names another provider';
  await decideReview(first.session, view.id, {
    decision: 'reject',
    requestDigest: view.requestDigest,
    ground: 'manifest-error',
    reason,
  });
  const rejected = await followRequest(world.agency.session, view.id);
  check(
    rejected.status === 'Rejected' && rejected.reason === 'manifest-error',
    'the answer names the ground',
  );
  tell.fact(
    `One reviewer is enough to say no: ${rejected.status}, ${rejected.reason} (Regulation, Annex III)`,
  );
  const said = await openExplanation(rejected.explanation ?? '', world.agency.encryptionKey);
  check(said === reason, 'the agency reads what the reviewer wrote');
  tell.fact(`What the reviewer wrote is sealed to the agency’s key, and only it reads: “${said}”`);
}

/** Asked as the law lets it be asked without a judge, for what it may then have. */
function urgentOf({ request, scope, law, ...plot }: Plot): Plot {
  const { hasTraffic, ...urgent } = law.urgent;
  const categories = request.categories.map((category) =>
    category === 'TrafficData' && !hasTraffic ? 'UserIdentifyingData' : category,
  );
  const instrument = { ...request.instrument, ...urgent };
  return {
    ...plot,
    law,
    request: { ...request, instrument, categories, priority: 'Emergency', threat: 'life' },
    scope: { ...scope, categories },
  };
}

export async function emergency(world: World, routine: Plot, tell: Teller): Promise<void> {
  tell.chapter('An emergency opens on one signature, and owes the rest');
  const { agency } = world;
  const plot = urgentOf(routine);
  const { policy } = plot.law;
  const view = await ask(world, plot, {});
  tell.fact(`A threat to life, as the agency states and signs: answer due ${view.dueAt}`);
  tell.detail(howCounted(view, policy));
  const opened = await approve(world, plot, view, 0);
  check(opened.status === 'AwaitingDisclosure', 'one signature opens it');
  const { dueAt = '', owed = [] } = opened.debts ?? {};
  tell.fact(`One reviewer signs: ${opened.status}. Owed until ${dueAt}: ${owed.join(', ')}`);
  const { records } = (await collect(agency.session, view.id, agency.encryptionKey)).package;
  tell.fact(`The agency collects at once: ${records.length} records`);
  const signed = await approve(world, plot, view, 1);
  const left = signed.debts?.owed ?? [];
  tell.fact(`The second reviewer signs the same scope, late; still owed: ${left.join(', ') || 'nothing'}`);
  if (policy.emergency.validators.length === 0) check(left.length === 0, 'the law owes no validation');
  else {
    const paid = await validateRequest(agency.session, view.id, {
      authoriserRole: 'JudgeCourtOrInvestigatingJudge',
      validatedAt: new Date().toISOString(),
      digest: plot.request.instrument.digest,
    });
    check(paid.debts?.owed.length === 0, 'nothing is owed any more');
  }
  await passTime(world, view.id, dueAt);
  check((await followRequest(agency.session, view.id)).status === 'Disclosed', 'it stays open');
  tell.fact(
    policy.emergency.validators.length === 0
      ? 'No judge’s validation is owed under this law: the case stays open after the 48 hours'
      : 'A judge’s validation comes within 48 hours: the case stays open after that',
  );

  const forged = await ask(world, plot, {});
  const { debts } = await approve(world, plot, forged, 0);
  await passTime(world, forged.id, debts?.dueAt ?? '');
  const { status, reason } = await followRequest(agency.session, forged.id);
  check(status === 'Suspended', 'the case is closed');
  tell.fact(`Another, which nobody countersigns: after 48 hours ${status} (${reason}), the grants are gone`);
  await refused(tell, 'This agency’s next emergency', 'emergencies-suspended', () => ask(world, plot, {}));
  const change = await proposeChange(reviewer(world, 0).session, { kind: 'emergencies', agency: agency.id });
  await invoke(world, 'Operate', { confirm: change.id });
  const again = await ask(world, plot, {});
  check(again.status === 'AwaitingApproval', 'emergencies are taken again');
  tell.fact('A reviewer signs that they be taken again, an operator confirms: they are');
}

/** Only where a line of the policy has an authority notified: Regulation (EU) 2023/1543 Art. 8, 10(2). */
export async function holding(world: World, plot: Plot, tell: Teller): Promise<void> {
  if (!plot.law.policy.categories.TrafficData.some(({ notified }) => notified === true)) return;
  tell.chapter('An enforcing authority is notified, and disclosure waits for it');
  const { agency } = world;
  const authority = await newAgency(world, enforcingTerms);
  const categories = ['TrafficData' as const];
  const scope = { ...plot.scope, categories };
  const view = await ask(world, plot, { categories, notification: { authority: authority.id } });
  tell.fact(`The person may reside elsewhere: ${authority.id} may object until ${view.notification?.until}`);
  await approve(world, { ...plot, scope }, view, 0);
  const approved = await approve(world, { ...plot, scope }, view, 1);
  check(approved.status === 'AwaitingDisclosure', 'two reviewers approve it all the same');
  await refused(
    tell,
    'Two reviewers approved it. Collecting before the authority said anything',
    'notification-pending',
    () => collect(agency.session, view.id, agency.encryptionKey),
  );
  await answerNotification(authority.session, view.id, {
    decision: 'consent',
    requestDigest: view.requestDigest,
  });
  await until('the grants are minted', async () =>
    (await readLog(world)).some(
      ({ entry }) => entry.kind === 'grant.minted' && entry.stream === `case/${view.id}`,
    ),
  );
  const { records } = (await collect(agency.session, view.id, agency.encryptionKey)).package;
  tell.fact(`The authority signs that it has no objection: ${records.length} records can be collected`);
}

export async function preserving(world: World, plot: Plot, tell: Teller): Promise<void> {
  tell.chapter('A preservation becomes part of a request');
  const { agency } = world;
  const { priority: _, notice: __, notification: ___, ...order } = plot.request;
  const instrument = { ...order.instrument, ...plot.law.preserving };
  const kept = await preserveData(agency.session, { ...order, instrument, reference: reference() });
  const days = Math.round((Date.parse(kept.endsAt) - Date.parse(kept.receivedAt)) / 86_400_000);
  tell.fact(
    `What exists is kept from being forgotten for ${days} days; nothing is disclosed: ${kept.status}`,
  );
  const view = await ask(world, plot, { preservations: [kept.id] });
  const part = await followPreservation(agency.session, kept.id);
  check(part.status === 'Requested', 'it is part of the request');
  tell.fact(
    `The production order follows: ${part.status}, and kept until it can be collected, ${part.endsAt}`,
  );
  tell.detail(`${part.links.self} is part of /v1/requests/${view.id}`);
}

export async function telling(world: World, plot: Plot, tell: Teller): Promise<void> {
  tell.chapter('Secrecy ends, and the person is notified');
  const { agency } = world;
  const messenger = await openMessenger(world);
  // The delay really ends: the log shows when the person was notified.
  const delayUntil = new Date(Date.now() + 15_000).toISOString();
  const { told, mayForbid } = plot.law;
  const instrument = { ...plot.request.instrument, ...told };
  const forbidding = mayForbid ? { by: 'nobody' as const, digest: instrument.digest } : {};
  const notice = { delayUntil, reason: 'jeopardising the investigation' as const, ...forbidding };
  const view = await ask(world, plot, { notice, instrument });
  await approve(world, plot, view, 0);
  const approved = await approve(world, plot, view, 1);
  check(approved.status === 'AwaitingDisclosure', 'two reviewers approve it');
  await collect(agency.session, view.id, agency.encryptionKey);
  await passTime(world, view.id, new Date(Date.parse(delayUntil) - 1).toISOString());
  const isNotified = () => readLog(world).then((log) => log.some(({ entry }) => isNotice(entry, view.id)));
  check(!(await isNotified()), 'nobody is notified early');
  tell.fact(
    mayForbid
      ? `A court’s order forbids to tell until ${delayUntil}, in 15 s; until then: silence`
      : `The agency asked for secrecy until ${delayUntil}, in 15 s, with a reason from the list; until then: silence`,
  );
  await until('the delay has ended', async () => Date.now() >= Date.parse(delayUntil));
  await passTime(world, view.id, new Date().toISOString());
  const sent = await messenger.notice(view.id);
  await until('the notice is in the log', isNotified);
  const { subjects } = await whomToTell(world, view.id);
  check(subjects.length === 1, 'the messenger learns whom to notify');
  tell.fact(
    `Nobody renewed it: ${sent.disclosed.records} records went to “${sent.to.name}”, says the notice,`,
  );
  tell.detail(
    'on the bus for the provider’s own messenger. It names nobody; whom it is for, the messenger asks.',
  );
  tell.detail(`to check: stream ${sent.check.stream} of ${sent.check.log}`);
}

function isNotice(entry: { kind: string; stream: string }, id: string): boolean {
  return entry.kind === 'notice.sent' && entry.stream === `case/${id}`;
}

const reference = () => `DEMO-${crypto.randomUUID().slice(0, 8)}`;

function ask(world: World, plot: Plot, changes: Partial<Request>): Promise<CaseView> {
  return submitRequest(world.agency.session, { ...plot.request, reference: reference(), ...changes });
}

async function approve(world: World, plot: Plot, view: CaseView, index: number): Promise<CaseView> {
  const { requestDigest } = view;
  const decision = {
    decision: 'approve',
    requestDigest,
    scope: plot.scope,
    reason: 'order checked',
  } as const;
  return decideReview(reviewer(world, index).session, view.id, decision);
}

function reviewer(world: World, index: number) {
  const person = world.reviewers[index];
  if (person === undefined) throw new Error('three reviewers are needed');
  return person;
}

/** What time does to a case, as of an instant: the demo does not wait for it. */
async function passTime(world: World, id: string, time: string): Promise<void> {
  await invoke(world, 'Expire', { time, case: id });
}
