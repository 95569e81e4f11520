/**
 * The longest text that a pattern of ours matches, in UTF-16 units: literals, classes, groups, alternatives and bounded
 * repeats. A pattern must be anchored at both ends. Undefined: there is no longest.
 */
export function longestMatch({ source, flags }: RegExp): number | undefined {
  if (!source.startsWith('^') || !source.endsWith('$')) return undefined;
  // With the flag u, a class may take a pair of units.
  const unit = flags.includes('u') ? 2 : 1;
  let at = 0;
  const body = source.slice(1, -1);
  const most = alternatives();
  return Number.isFinite(most) ? most : undefined;

  function alternatives(): number {
    let most = 0;
    let length = 0;
    while (at < body.length && body[at] !== ')') {
      if (body[at] === '|') {
        at++;
        most = Math.max(most, length);
        length = 0;
      } else length += repeated();
    }
    return Math.max(most, length);
  }

  function repeated(): number {
    const length = atom();
    const [whole, , to] = /^\{(\d+)(,?\d*)\}\??/.exec(body.slice(at)) ?? [];
    if (whole !== undefined) {
      at += whole.length;
      const [, from = '0'] = /^\{(\d+)/.exec(whole) ?? [];
      const most = to === undefined || to === '' ? Number(from) : to === ',' ? Infinity : Number(to.slice(1));
      return length === 0 ? 0 : length * most;
    }
    const sign = body[at];
    if (sign === '*' || sign === '+' || sign === '?') {
      at++;
      if (body[at] === '?') at++;
      if (sign === '?') return length;
      return length === 0 ? 0 : Infinity;
    }
    return length;
  }

  function atom(): number {
    const sign = body[at++];
    if (sign === '[') {
      while (at < body.length && body[at] !== ']') at += body[at] === '\\' ? 2 : 1;
      at++;
      return unit;
    }
    if (sign === '(') {
      const isLook = /^\?<?[=!]/.test(body.slice(at));
      const [opening = ''] = /^\?(?::|<?[=!]|<\w+>)/.exec(body.slice(at)) ?? [];
      at += opening.length;
      const length = alternatives();
      at++;
      return isLook ? 0 : length;
    }
    if (sign === '\\') {
      at++;
      return body[at - 1] === 'b' ? 0 : unit;
    }
    if (sign === '^' || sign === '$') return 0;
    return unit;
  }
}
