/** Every small alteration of plain data: each leaf changed and each member, item or entry left out, one at a time. */
export interface Alteration<T> {
  /** Where: `case.decisions.0.at`. The entries of maps are numbered. */
  path: string;
  value: T;
}

export function* alterations<T extends object>(value: T): Generator<Alteration<T>> {
  for (const [name, part] of Object.entries(value)) {
    yield { path: `${name} left out`, value: { ...value, [name]: undefined } };
    for (const { path, value: altered } of of(part, name))
      yield { path, value: { ...value, [name]: altered } };
  }
}

function* of(value: unknown, path: string): Generator<Alteration<unknown>> {
  if (value instanceof Uint8Array) {
    for (const i of [0, value.length >> 1, value.length - 1]) {
      const changed = Uint8Array.from(value);
      changed[i] = (changed[i] ?? 0) ^ 1;
      yield { path, value: changed };
    }
  } else if (value instanceof Map) {
    for (const [i, [key, item]] of [...value].entries()) {
      yield { path: `${path}.${i} left out`, value: new Map([...value].filter(([other]) => other !== key)) };
      for (const { path: at, value: altered } of of(item, `${path}.${i}`))
        yield { path: at, value: new Map(value).set(key, altered) };
    }
  } else if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) {
      yield { path: `${path}.${i} left out`, value: value.toSpliced(i, 1) };
      for (const { path: at, value: altered } of of(item, `${path}.${i}`))
        yield { path: at, value: value.with(i, altered) };
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) {
      yield { path: `${path}.${name} left out`, value: { ...value, [name]: undefined } };
      for (const { path: at, value: altered } of of(item, `${path}.${name}`))
        yield { path: at, value: { ...value, [name]: altered } };
    }
  } else if (typeof value === 'string') yield { path, value: `${value}x` };
  else if (typeof value === 'number') yield { path, value: value + 1 };
  else if (typeof value === 'boolean') yield { path, value: !value };
}
