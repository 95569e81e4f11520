import { pathParameters, type Route } from '#core/wire/route.ts';

/** How a call is read back from what will be sent: its id out of its target, and its body by the route's schema. */

/** The id in a target; undefined where the route has none; false where it is another target. */
export function idIn(target: string, { path }: Pick<Route, 'path'>): string | undefined | false {
  const [before = '', after] = `/v1${path}`.split('{id}');
  if (after === undefined) return target === before ? undefined : false;
  const id = target.slice(before.length, target.length - after.length);
  return pathParameters.id.pattern.test(id) && target === `${before}${id}${after}` ? id : false;
}

/** Undefined for what a reader might take for something else, such as a name that stands there twice. */
export function jsonOf(body: string | undefined): unknown {
  if (body === undefined) return undefined;
  try {
    const json: unknown = JSON.parse(body);
    return JSON.stringify(json) === body ? json : undefined;
  } catch {
    return undefined;
  }
}

export interface Parser<T> {
  safeParse(json: unknown): { data?: T | undefined };
}

export function ofOne<T, A>(make: (id: string, body: T) => A, schema: Parser<T>) {
  return (id: string | undefined, json: unknown): A | undefined => {
    const { data } = schema.safeParse(json);
    return id === undefined || data === undefined ? undefined : make(id, data);
  };
}

export function ofNone<T, A>(make: (body: T) => A, schema: Parser<T>) {
  return (id: string | undefined, json: unknown): A | undefined => {
    const { data } = schema.safeParse(json);
    return id !== undefined || data === undefined ? undefined : make(data);
  };
}
