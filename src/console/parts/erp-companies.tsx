import type { ErpOverview } from '../data/types.ts';
import { wordsOfModel } from '../words/erp.ts';
import styles from './erp.module.css';
import { Card, Fact, Facts } from './page.tsx';
import { EmptyState } from './states.tsx';
import { Status } from './status.tsx';
import { Table } from './table.tsx';
import type { Column } from './table.tsx';
import { When } from './when.tsx';

type Company = ErpOverview['companies'][number];

const COLUMNS: Column<Company>[] = [
  {
    name: 'Company',
    cell: ({ name, id }) => (
      <>
        {name} <span className={styles.quiet}>id {id}</span>
      </>
    ),
  },
  { name: 'Exchanged', cell: ({ exchanged }) => <Exchanged exchanged={exchanged} /> },
  { name: 'Currency', extra: true, cell: ({ currency }) => currency },
  {
    name: 'Warehouses',
    cell: ({ warehouses }) => (
      <ul className={styles.warehouses}>
        {warehouses.map(({ code, name, exchanged }) => (
          <li key={code}>
            <Exchanged exchanged={exchanged} bare /> {code} <span className={styles.quiet}>{name}</span>
          </li>
        ))}
      </ul>
    ),
  },
];

function Exchanged({ exchanged, bare }: { exchanged: boolean; bare?: boolean }) {
  const words = exchanged ? { code: 'active', text: 'Yes' } : { code: 'off', text: 'Left alone' };
  return <Status {...words} bare={bare === true} />;
}

/** Whose orders are exchanged, and up to when each kind of record was read. */
export function ErpCompanies({ companies, readTo }: Pick<ErpOverview, 'companies' | 'readTo'>) {
  return (
    <>
      <Card flush title="Companies">
        {companies.length === 0 ? (
          <EmptyState title="Not read yet">
            <p>Companies and warehouses appear with the first reading.</p>
          </EmptyState>
        ) : (
          <Table caption="Companies" columns={COLUMNS} rows={companies} keyOf={({ id }) => String(id)} />
        )}
      </Card>
      {readTo.length === 0 ? null : (
        <Card title="Newest record that was read">
          <Facts>
            {readTo.map(({ model, at }) => (
              <Fact key={model} name={wordsOfModel(model)}>
                <When at={at} />
              </Fact>
            ))}
          </Facts>
        </Card>
      )}
    </>
  );
}
