import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { CaseView } from '#core/cases/case.ts';
import type { Plot } from '#dev/plot.ts';
import type { World } from '#dev/world.ts';

/** What Writ takes for granted about AWS, as questions that a run answers, in this order. */
export const questionIds = [
  'first-event',
  'mint-then-list',
  'code-sha',
  'policy-round-trip',
  'metric-dimensions',
  'alarm-delivery',
  'key-change-rule',
  'tag-then-authorise',
  'revoke-then-list',
  'revoke-then-decrypt',
  'failed-first-deployment',
  'removal',
] as const;
export type QuestionId = (typeof questionIds)[number];

/** What a question is asked with. */
export interface Scene {
  world: World;
  stackName: string;
  /** What the story was about and left. */
  plot: Plot;
  view: CaseView;
  sealedSeconds: number;
  isLocal: boolean;
  cloudFormation: CloudFormationClient;
  cloudWatch: CloudWatchClient;
  sns: SNSClient;
}

export interface Answer {
  /** Whether it is as Writ assumes; `unanswered` where this cloud cannot say. */
  is: 'as-assumed' | 'otherwise' | 'unanswered';
  found: string;
}

export interface Question {
  id: QuestionId;
  asks: string;
  /** What Writ rests on. */
  assumes: string;
  ask(scene: Scene): Promise<Answer>;
}

export const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

export const answer = (holds: boolean, found: string): Answer => ({
  is: holds ? 'as-assumed' : 'otherwise',
  found,
});

export const unanswered = (because: string): Answer => ({ is: 'unanswered', found: because });
