import type { Session } from '#client/exchange.ts';
import { orderDigests } from '#client/order-digest.ts';
import { printable } from '#client/printable.ts';
import type { RouteCall } from '#client/route-call.ts';
import { preservationSchema } from '#core/cases/preservation.ts';
import { delaySchema, requestSchema, tellingSchema, validationSchema } from '#core/cases/request.ts';
import { type Collection, collectionSchema, collectRoutes, requestRoutes } from '#core/wire/agency.ts';
import type { Route } from '#core/wire/route.ts';
import { counted, say } from './common.ts';
import { type Asking, agree, agreeOrSee, isAttended } from './person.ts';
import {
  delayText,
  preservationOrderText,
  requestText,
  toldText,
  validationText,
  wrapped,
} from './request/sentences.ts';

/**
 * Shows a person the call that will be signed, says what of it is for good, and asks whether to sign it. Every confirmation
 * of a call goes through here. What has a summary in sentences is shown so first, and exactly as it will be sent to whoever
 * asks for it; the rest is shown as it will be sent. Where nobody is at a terminal, or `--yes` was given, the command signs
 * without asking.
 *
 * @throws CommandError not-confirmed; or what aborts the signal
 */
export async function confirmCall(
  { signer, url }: Pick<Session, 'signer' | 'url'>,
  call: RouteCall,
  options: Asking,
): Promise<void> {
  if (options.yes === true || !process.stderr.isTTY) return;
  const { method, target, body, document } = call;
  const sentences = summaryOf(call);
  const isFolded = sentences !== undefined && body !== undefined && isAttended();
  if (sentences !== undefined) say(`\n${sentences}\n`);
  say(`${method} ${url}${printable(target)}${body === undefined || isFolded ? '' : `\n${indented(body)}`}`);
  if (document !== undefined)
    say(
      `${document.type}, ${counted(document.bytes.length, 'byte')}, SHA-256 ${orderDigests(document.bytes).hex}`,
    );
  say(`to be signed with the key ${signer.keyId}`);
  // The whole table of routes, loaded where somebody is to read of it.
  const { forGood } = await import('./for-good.ts');
  const lasting = forGood(call.route, body);
  if (lasting !== undefined) say(`\n${wrapped(lasting).join('\n')}`);
  const question = 'Sign and send this?';
  if (isFolded) await agreeOrSee(question, () => say(indented(body)), options);
  else await agree(question, options);
}

const { submitRequest, preserveData, validateRequest, delayNotice, tellPerson } = requestRoutes;

/** What a call says, in sentences made of the body that is signed; undefined for a call that has none. */
function summaryOf(call: RouteCall): string | undefined {
  if (call.body === undefined) return undefined;
  const json: unknown = JSON.parse(call.body);
  if (isOf(submitRequest, call)) return parsed(requestSchema, json, requestText);
  if (isOf(preserveData, call)) return parsed(preservationSchema, json, preservationOrderText);
  if (isOf(validateRequest, call)) return parsed(validationSchema, json, validationText);
  if (isOf(delayNotice, call)) return parsed(delaySchema, json, delayText);
  if (isOf(tellPerson, call)) return parsed(tellingSchema, json, toldText);
  if (isOf(collectRoutes.collect, call)) return parsed(collectionSchema, json, collectionText);
  return undefined;
}

const isOf = ({ method, path }: Pick<Route, 'method' | 'path'>, { route }: RouteCall) =>
  route === `${method} ${path}`;

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
