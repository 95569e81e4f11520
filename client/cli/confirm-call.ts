import type { Session } from '#client/exchange.ts';
import { printable } from '#client/printable.ts';
import type { RouteCall } from '#client/route-call.ts';
import { say } from './common.ts';
import { agree } from './person.ts';

/**
 * Shows a person the call that will be signed, exactly as it will be sent, says what of it is for good, and asks whether to
 * sign it. Every confirmation of a call goes through here. Where nobody is
 * at a terminal, or `--yes` was given, the command signs without asking.
 *
 * @throws CommandError not-confirmed
 */
export async function confirmCall(
  { signer, url }: Pick<Session, 'signer' | 'url'>,
  { method, route, target, body }: RouteCall,
  options: { yes?: boolean | undefined },
): Promise<void> {
  if (options.yes === true || !process.stderr.isTTY) return;
  say(`${method} ${url}${printable(target)}${body === undefined ? '' : `\n${indented(body)}`}`);
  say(`to be signed with the key ${signer.keyId}`);
  // The whole table of routes, loaded where somebody is to read of it.
  const { forGood } = await import('./for-good.ts');
  const lasting = forGood(route, body);
  if (lasting !== undefined) say(`\n${lasting}`);
  await agree('Sign and send this?', options);
}

/** JSON over several lines, each fit to be shown. */
function indented(json: string): string {
  return JSON.stringify(JSON.parse(json), null, 2).split('\n').map(printable).join('\n');
}
