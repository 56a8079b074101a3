import type { OdooClient, OdooQuery, OdooRow } from '../client/odoo-client.ts';

/** Rows in one answer of Odoo. */
const ROWS_PER_PAGE = 5000;

/** Every row that fits, however many there are, by id: page by page, so that none is left out without a word. */
export async function readAllRows(
  client: Pick<OdooClient, 'searchRead'>,
  model: string,
  { domain, ...query }: Pick<OdooQuery, 'domain' | 'fields' | 'context'>,
  rowsPerPage = ROWS_PER_PAGE,
): Promise<OdooRow[]> {
  const rows: OdooRow[] = [];
  for (;;) {
    const last = rows.at(-1)?.id;
    const page = await client.searchRead(model, {
      ...query,
      domain: last === undefined ? domain : [...domain, ['id', '>', last]],
      order: 'id',
      limit: rowsPerPage,
    });
    rows.push(...page);
    if (page.length < rowsPerPage) return rows;
  }
}
