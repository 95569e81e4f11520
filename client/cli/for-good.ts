import { isChanging, lastingOf, lastingTexts } from '#client/for-good.ts';
import { routeList } from '#core/wire/routes.ts';

/**
 * What a call does for good, in a sentence.
 *
 * @param route its method and its path as the table of routes has it
 * @param body the JSON that is sent
 */
export function forGood(route: string, body?: string): string | undefined {
  const { id } = routeList.find(({ method, path }) => `${method} ${path}` === route) ?? {};
  if (id === undefined || !isChanging(id)) return undefined;
  const lasting = lastingOf(id, body === undefined ? undefined : JSON.parse(body));
  return lasting === undefined ? undefined : lastingTexts[lasting];
}
