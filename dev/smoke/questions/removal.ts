import { awsAccount } from '#client/cli/operate/remove/account.ts';
import { dollarsAMonth, type Found } from '#client/cli/operate/remove/kinds.ts';
import { findRemains, lockedUntil, remove } from '#client/cli/operate/remove/removal.ts';
import type { Cloud } from '#dev/cloud/cloud.ts';
import { type Answer, answer, seconds } from '../question.ts';

/** `writ operate remove`, as an operator uses it, and what it leaves. */
export async function removing(
  cloud: Cloud,
  stackName: string,
  say: (line: string) => void,
): Promise<Answer> {
  const { endpoint, region, credentials } = cloud;
  const account = await awsAccount({ region, credentials, ...(endpoint === '' ? {} : { endpoint }) });
  const since = performance.now();
  const { found, stacks } = await remove(account, await findRemains(account, stackName, {}), say);
  const of = (is: Found['state']['is']) => found.filter(({ state }) => state.is === is);
  const waits = lockedUntil(found)?.slice(0, 16).concat('Z');
  const isRight = of('there').length === 0 && of('locked').every(({ kind }) => kind === 'bucket');
  return answer(
    isRight && dollarsAMonth(found) === 0,
    `${seconds(since)}; ${of('going').length} keys that AWS deletes; ${waits === undefined ? 'no bucket' : `the log’s bucket until ${waits}`}; the stack is ${stacks[0]?.status ?? 'gone'}`,
  );
}
