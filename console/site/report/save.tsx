import { csvOf } from '../../report/csv.ts';
import type { FigureTable } from '../../report/tables.ts';
import { Button } from '../../ui/kit.tsx';
import { inLanguage } from '../../words/lang.ts';
import { siteReportWords } from './words.ts';

/** Saves a table as it is shown, for a spreadsheet. */
export function SaveTable({ table }: { table: FigureTable }) {
  const { save } = inLanguage(siteReportWords);
  return (
    <p class="save">
      <Button kind="quiet" aria-label={`${save}: ${table.label}`} onClick={() => saveAsFile(table)}>
        {save}
      </Button>
    </p>
  );
}

function saveAsFile(table: FigureTable): void {
  const address = URL.createObjectURL(new Blob([csvOf(table)], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `report-${table.name}.csv`;
  link.click();
  URL.revokeObjectURL(address);
}
