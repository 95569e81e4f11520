/** Orders as agencies send them, and what a policy makes of each. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explain } from '#client/cli/policy/explain.ts';
import { tryRequest } from '#client/cli/policy/trial.ts';
import { trialSections } from '#client/cli/policy/trial-text.ts';
import { jsonDigest } from '#core/canonical.ts';
import type { CaseErrorCode } from '#core/cases/errors.ts';
import type { Policy } from '#core/cases/policy.ts';
import { type Request, requestSchema } from '#core/cases/request.ts';
import type { Category } from '#core/categories/categories.ts';
import { receivedAt, request, shipped } from '../core/cases/cases.ts';

export const subscriber = 'SubscriberData';
export const identifying = 'UserIdentifyingData';
export const traffic = 'TrafficData';

export const prosecutor = 'PublicProsecutor';
export const judge = 'JudgeCourtOrInvestigatingJudge';
export const other = 'OtherCompetentAuthority';

/** An order, as far as it differs from one request to the next. */
export interface Sample {
  why: string;
  kind: string;
  by: Request['instrument']['authoriserRole'];
  role?: string;
  law: string;
  of: Category | Category[];
  urgent?: true;
  /** Notified to an enforcing authority, unless the person resides where it is issued. */
  resident?: true;
  /** Named as the order that forbids telling the person. */
  forbids?: true;
  offence?: string;
  declares?: true;
  /** `taken`, or the code that it is refused with. */
  is: 'taken' | CaseErrorCode;
  /** From its receipt until it is due, where a sample is about that. */
  dueAt?: string;
}

export function requestOf({
  why,
  kind,
  by,
  role,
  law,
  of,
  urgent,
  resident,
  forbids,
  offence = 'an offence',
  declares,
}: Sample): Request {
  return requestSchema.parse({
    ...request,
    instrument: {
      ...request.instrument,
      kind,
      jurisdiction: law,
      authoriserRole: by,
      ...(role === undefined ? {} : { role }),
      offence,
      ...(declares === undefined ? {} : { threshold: 'met' }),
    },
    priority: urgent === true ? 'Emergency' : 'Routine',
    ...(urgent === true ? { threat: 'life' } : {}),
    categories: [of].flat(),
    notification: resident === undefined ? undefined : { exempt: 'resident' },
    ...(forbids === undefined
      ? {}
      : { notice: { ...request.notice, by: 'nobody', digest: jsonDigest(why) } }),
  });
}

/** What the shipped policy makes of each sample, by the code that the provider decides by. */
export function judges(name: string, samples: readonly Sample[]): Policy {
  const policy = shipped(name);
  assert.ok(samples.length >= 8, name);
  for (const sample of samples)
    test(`${name}: ${sample.why}`, () => {
      const asked = requestOf(sample);
      const trial = tryRequest(asked, policy, receivedAt);
      assert.equal(trial.refusal?.code ?? 'taken', sample.is);
      if (sample.is === 'taken') {
        assert.ok(trial.judged.every(({ line }) => line !== undefined));
        assert.equal(trial.opened?.status, 'AwaitingDisclosure');
      }
      if (sample.dueAt !== undefined) assert.equal(trial.received?.dueAt, sample.dueAt);
      const sections = trialSections(trial, asked, policy);
      assert.equal(sections[0]?.title, sample.is === 'taken' ? 'Taken' : 'Refused');
      assert.ok(
        sections.every(
          ({ texts }) => texts.length > 0 && texts.every((text) => /\.(\s?\[.*\])?$/.test(text)),
        ),
      );
    });
  test(`${name}: it explains itself, and each of its lines says where the rule stands`, () => {
    const sections = explain(policy);
    const titles = sections.map(({ title }) => title);
    for (const title of [
      'By when it is answered',
      'Who decides',
      'What is preserved',
      'Who tells the person',
      'Sources',
    ])
      assert.ok(titles.includes(title), title);
    for (const lines of Object.values(policy.categories)) for (const { source } of lines) assert.ok(source);
    assert.ok((policy.sources ?? []).length > 0);
    for (const part of [
      policy.deadlines,
      policy.preservation,
      policy.notice,
      policy.emergency,
      policy.calendar,
    ])
      assert.ok(part?.source, 'each section has a source');
  });
  return policy;
}
