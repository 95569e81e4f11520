import { Scroll } from './scroll.tsx';
import type { FigureTable } from './tables.ts';
import { figureText } from './text.ts';

/** A table of the report. */
export function TableOfFigures({ table: { label, first, columns, rows } }: { table: FigureTable }) {
  return (
    <Scroll label={label}>
      <table class="figures">
        <thead>
          <tr>
            <th scope="col">{first}</th>
            {columns.map((column) => (
              <th key={column} scope="col" class="number">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, isCode, figures }) => (
            <tr key={key}>
              <th scope="row">{isCode === true ? <code>{name}</code> : name}</th>
              {figures.map((figure, i) => (
                <td key={i} class="number">
                  {figureText(figure)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
