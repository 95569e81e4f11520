/** The names of a table, in its order. */
export function namesIn<T extends object>(table: T): (keyof T & string)[] {
  return Object.keys(table).filter((name): name is keyof T & string => Object.hasOwn(table, name));
}

/** A value for each name. */
export function forEachName<K extends string, V>(names: readonly K[], make: (name: K) => V): Record<K, V> {
  // `Object.fromEntries` forgets which names there are.
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<K, V>;
}
