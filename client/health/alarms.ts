import { counted } from '#client/counted.ts';
import { printable } from '#client/printable.ts';
import type { Finding } from './finding.ts';
import { alarmRunbook } from './runbook.ts';

/** The stack's alarms, as CloudWatch has them. */
export interface SeenAlarm {
  /** `LogIsBehind`, as docs/operator.md names it. */
  name: string;
  /** `gone`: the stack has it, and CloudWatch does not. */
  state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA' | 'gone';
  /** Since when it is in this state. */
  since?: string | undefined;
  /** What it says that it means. */
  means?: string | undefined;
  /** Whether it tells anybody. */
  tells: boolean;
}

/** The logical id of an alarm in the stack's template: the name, as the alarms' construct has it, and what CDK adds. */
const LOGICAL_ID = /^Alarms([A-Za-z]+)[0-9A-F]{8}$/;

/** An alarm's name, by its logical id in the template; undefined for what is none. */
export const alarmNamed = (logicalId: string): string | undefined => LOGICAL_ID.exec(logicalId)?.[1];

export function alarmFindings(alarms: readonly SeenAlarm[]): Finding[] {
  const found = alarms.flatMap((alarm) => findingOf(alarm) ?? []);
  if (found.length > 0) return found;
  const runbook = alarmRunbook('');
  return [
    alarms.length === 0
      ? {
          name: 'alarm',
          state: 'act',
          message: 'the stack has no alarms',
          next: '`cdk deploy` makes them',
          runbook,
        }
      : { name: 'alarm', state: 'ok', message: `${counted(alarms.length, 'alarm')}, none is on`, runbook },
  ];
}

function findingOf({ name, state, since, means, tells }: SeenAlarm): Finding | undefined {
  const head = { name: 'alarm', state: 'act', runbook: alarmRunbook(name) } as const;
  const said = printable(name);
  const changed =
    'who changed it? `cdk deploy` alone does not take it back: see CloudFormation’s drift detection';
  if (state === 'gone') return { ...head, message: `${said} is gone`, next: changed };
  if (state === 'ALARM') {
    const at =
      since === undefined ? '' : ` since ${since.slice(0, 'YYYY-MM-DD'.length)} ${since.slice(11, 16)} UTC`;
    return { ...head, message: `${said}${at}${means === undefined ? '' : `: ${printable(means)}`}` };
  }
  return tells
    ? undefined
    : { ...head, message: `${said} tells nobody: its actions are switched off`, next: changed };
}
