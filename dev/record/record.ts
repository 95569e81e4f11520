import { day } from '#dev/guides/guides.ts';
import { inTheGuide, inThisRun, run, surroundingsOf, type Walk } from '#dev/guides/walk.ts';
import { atTerminal, keys, type Step, type Written } from '#dev/terminal.ts';
import { play } from './screen.ts';
import { sessionSvg } from './svg.ts';

/** Recorded sessions of an officer and of a reviewer, at their terminals. */
const COLUMNS = 100;
const yes: Step = { see: 'Sign and send this\\?', type: `y${keys.enter}` };
/** As long as somebody reads before they type on. */
const PAUSE_MS = 1500;

const request = `--instrument EPOC --jurisdiction DE \\
  --authoriser JudgeCourtOrInvestigatingJudge --issued ${day(-4)} --offence "StGB 202a" --order order.pdf \\
  --priority Routine --phone +4915112345678 \\
  --category SubscriberData UserIdentifyingData --from ${day(-30)} --to ${day(1)}`;

/** What is recorded: each session a picture. */
export const pictures = { agency: 'docs/session-agency.svg', reviewer: 'docs/session-reviewer.svg' } as const;

/** @param walk of the guides, whose people are enrolled by now */
export async function record(walk: Walk): Promise<Record<keyof typeof pictures, string>> {
  const agency = recorder(walk);
  await agency.show('officer', `writ request new --reference GS-4730/26 ${request}`, [yes]);
  const first = `writ review approve GS-4730/26 --category UserIdentifyingData --reason "identifying is enough" --yes`;
  const { code, output } = await run(walk, 'r.jansen', first);
  if (code !== 0) throw new Error(output);
  const reviewer = recorder(walk);
  await reviewer.show('m.diaz', 'writ review approve GS-4730/26', [
    { see: 'Why do you approve', type: `order checked${keys.enter}` },
    yes,
  ]);
  await agency.show('officer', 'writ collect GS-4730/26 --wait', [yes]);
  await agency.show('officer', 'cat GS-4730-26/records.csv');
  await agency.show('officer', 'writ log prove GS-4730-26');
  return {
    agency: await agency.picture(
      'A terminal: an officer asks with writ, collects once it is approved, and proves it',
    ),
    reviewer: await reviewer.picture(
      'A terminal: a reviewer looks at a case, narrowed by another, and approves it',
    ),
  };
}

function recorder(walk: Walk) {
  const written: Written[] = [];
  return {
    show: async (person: string, script: string, steps: readonly Step[] = []) => {
      const from = (written.at(-1)?.at ?? -PAUSE_MS) + PAUSE_MS;
      const typed = `\u001b[1;32m${person}\u001b[0m$ ${script.replaceAll('\n', '\r\n')}\r\n`;
      written.push({ at: from, data: typed });
      const command = ['sh', '-c', inThisRun(walk, script)];
      const session = await atTerminal(command, steps, { ...surroundingsOf(walk, person), columns: COLUMNS });
      if (session.code !== 0) throw new Error(`${person}$ ${script}\n${session.shown}`);
      for (const { at, data } of session.written)
        written.push({ at: from + PAUSE_MS / 3 + at, data: inTheGuide(walk, data) });
      written.push({ at: from + PAUSE_MS + (session.written.at(-1)?.at ?? 0), data: '\r\n' });
    },
    picture: async (title: string) => sessionSvg(await play(written, { columns: COLUMNS }), title, COLUMNS),
  };
}
