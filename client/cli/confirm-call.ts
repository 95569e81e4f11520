import type { Session } from '#client/exchange.ts';
import { printable } from '#client/printable.ts';
import type { RouteCall } from '#client/route-call.ts';
import { preservationSchema } from '#core/cases/preservation.ts';
import { delaySchema, requestSchema, validationSchema } from '#core/cases/request.ts';
import { type Collection, collectionSchema } from '#core/wire/agency.ts';
import { say } from './common.ts';
import { agree, agreeOrSee, isAttended } from './person.ts';
import { delayText, preservationOrderText, requestText, validationText } from './request/sentences.ts';

/**
 * Shows a person the call that will be signed, and asks whether to sign it. What has a summary in sentences is shown so first,
 * and exactly as it will be sent to whoever asks for it; the rest is shown as it will be sent. Where nobody is at a terminal,
 * or `--yes` was given, the command signs without asking.
 *
 * @throws CommandError not-confirmed
 */
export async function confirmCall(
  { signer, url }: Pick<Session, 'signer' | 'url'>,
  call: RouteCall,
  options: { yes?: boolean | undefined },
): Promise<void> {
  if (options.yes === true || !process.stderr.isTTY) return;
  const { method, target, body } = call;
  const sentences = summaryOf(call);
  const isFolded = sentences !== undefined && body !== undefined && isAttended();
  if (sentences !== undefined) say(`\n${sentences}\n`);
  say(`${method} ${url}${printable(target)}${body === undefined || isFolded ? '' : `\n${indented(body)}`}`);
  say(`to be signed with the key ${signer.keyId}`);
  const question = 'Sign and send this?';
  if (isFolded) await agreeOrSee(question, () => say(indented(body)));
  else await agree(question, options);
}

/** What a call says, in sentences made of the body that is signed; undefined for a call that has none. */
function summaryOf({ method, target, body }: RouteCall): string | undefined {
  if (method !== 'POST' || body === undefined) return undefined;
  const [, , , , act] = target.split('/');
  const json: unknown = JSON.parse(body);
  if (target === '/v1/requests') return parsed(requestSchema, json, requestText);
  if (target === '/v1/preservations') return parsed(preservationSchema, json, preservationOrderText);
  if (act === 'validation') return parsed(validationSchema, json, validationText);
  if (act === 'notice') return parsed(delaySchema, json, delayText);
  if (act === 'collection') return parsed(collectionSchema, json, collectionText);
  return undefined;
}

interface Parser<T> {
  safeParse(json: unknown): { data?: T | undefined };
}

function parsed<T>(
  schema: Parser<T>,
  json: unknown,
  text: (value: T) => string | undefined,
): string | undefined {
  const { data } = schema.safeParse(json);
  return data === undefined ? undefined : text(data);
}

/** Only a collection that hands the request in again is long to show. */
function collectionText({ page, request }: Collection): string | undefined {
  if (request === undefined) return undefined;
  const which = page === undefined ? 'from its first page' : `from its page ${printable(page)} on`;
  return `You collect what was approved of ${printable(request.reference)}, ${which}.\nThe request is handed in again, so that the package names whom it is about.`;
}

/** JSON over several lines, each fit to be shown. */
function indented(json: string): string {
  return JSON.stringify(JSON.parse(json), null, 2).split('\n').map(printable).join('\n');
}
