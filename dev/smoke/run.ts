import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SNSClient } from '@aws-sdk/client-sns';
import type { Cloud } from '#dev/cloud/cloud.ts';
import { samplePlot } from '#dev/plot.ts';
import { demoPolicy, monthsSince } from '#dev/policy.ts';
import { asking, auditing, collecting, deciding, sealing } from '#dev/story.ts';
import type { Teller } from '#dev/teller.ts';
import { makeWorld } from '#dev/world.ts';
import { type Answer, type QuestionId, questionIds, type Scene, unanswered } from './question.ts';
import { removing } from './questions/removal.ts';
import { questions } from './questions.ts';
import type { Report } from './report.ts';

interface RunOptions {
  stackName: string;
  isLocal: boolean;
  limitMinutes: number;
  tell: Teller;
}

/**
 * Deploys, tells the story, asks the questions, and removes the stack, whatever went wrong on the way.
 *
 * @returns what was found; a question that nobody came to is unanswered
 */
export async function run(
  cloud: Cloud,
  { stackName, isLocal, limitMinutes, tell }: RunOptions,
): Promise<{ report: Report; error?: unknown }> {
  const started = performance.now();
  const isLate = () => performance.now() - started > limitMinutes * 60_000;
  const answers = new Map<QuestionId, Answer>();
  let failure: unknown;
  try {
    const scene = await stage(cloud, { stackName, isLocal, tell });
    tell.chapter('The questions');
    for (const question of questions) {
      const given = isLate()
        ? unanswered(`the limit of ${limitMinutes} minutes was reached`)
        : await question.ask(scene).catch(failed);
      answers.set(question.id, given);
      told(tell, question.id, given);
    }
  } catch (error) {
    failure = error;
  }
  tell.chapter('The end of the stack');
  const removal = await removing(cloud, stackName, (line) => tell.detail(line)).catch(failed);
  answers.set('removal', removal);
  told(tell, 'removal', removal);
  const given = Object.fromEntries(
    questionIds.map((id) => [id, answers.get(id) ?? unanswered('the run broke off before')]),
  ) as Record<QuestionId, Answer>;
  const report: Report = {
    on: isLocal ? 'local' : 'aws',
    at: new Date().toISOString(),
    region: cloud.region,
    minutes: (performance.now() - started) / 60_000,
    answers: given,
  };
  return { report, ...(failure === undefined ? {} : { error: failure }) };
}

/** The demo's way, until the case is approved and collected: what the questions look at. */
async function stage(
  cloud: Cloud,
  { stackName, isLocal, tell }: Pick<RunOptions, 'stackName' | 'isLocal' | 'tell'>,
): Promise<Scene> {
  tell.chapter('The stack');
  const plot = samplePlot(new Date().toISOString());
  const world = await makeWorld(cloud, {
    stackName,
    say: (line) => tell.detail(line),
    context: {
      retentionMonths: String(monthsSince(plot.events)),
      policy: demoPolicy(cloud.stateDir, plot.law.policy, plot.request),
      ...(isLocal ? {} : { trail: 'own' }),
    },
  });
  const sealing_ = performance.now();
  await sealing(world, plot, tell);
  const sealedSeconds = (performance.now() - sealing_) / 1000;
  const view = await asking(world, plot, tell);
  await deciding(world, plot, view, tell);
  await collecting(world, plot, view, tell);
  await auditing(world, view, tell);
  const { endpoint, region, credentials } = cloud;
  const settings = { region, credentials, ...(endpoint === '' ? {} : { endpoint }) };
  return {
    world,
    stackName,
    plot,
    view,
    sealedSeconds,
    isLocal,
    cloudFormation: new CloudFormationClient(settings),
    cloudWatch: new CloudWatchClient(settings),
    sns: new SNSClient(settings),
  };
}

/** A question that could not be asked is no answer, and not as assumed either. */
const failed = (error: unknown): Answer => ({
  is: 'otherwise',
  found: `could not be asked (${error instanceof Error ? `${error.name}: ${error.message}` : 'no error'})`,
});

function told(tell: Teller, id: QuestionId, { is, found }: Answer): void {
  if (is === 'as-assumed') tell.fact(`${id}: ${found}`);
  else if (is === 'otherwise') tell.fault(`${id}: ${found}`);
  else tell.detail(`${id}: cannot be answered here: ${found}`);
}

/** Keys of people that a run made, and what `cdk` wrote. */
export function forget(stateDir: string): void {
  for (const name of ['keys', 'cdk.out', 'policy.json'])
    rmSync(join(stateDir, name), { recursive: true, force: true });
}
