/** A figure with its name, and what else is to be said of it. */
export type Tile = readonly [name: string, value: string, below?: string];

/** The figures that are read first. */
export function Tiles({ tiles }: { tiles: readonly Tile[] }) {
  return (
    <dl class="tiles">
      {tiles.map(([name, value, below]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <strong>{value}</strong>
            {below === undefined ? null : <span class="soft">{below}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
