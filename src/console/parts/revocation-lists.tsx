import { usePartnerName } from '../data/queries.ts';
import type { RevocationList } from '../data/types.ts';
import styles from './certificates.module.css';
import { Card } from './page.tsx';
import { Status } from './status.tsx';
import { Table } from './table.tsx';
import { When } from './when.tsx';

/** The lists by which partners' certificates are judged, and how fresh they are. */
export function RevocationLists({ lists }: { lists: readonly RevocationList[] }) {
  const partnerName = usePartnerName();
  if (lists.length === 0) return null;
  return (
    <Card flush title="Revocation lists">
      <Table
        caption="Revocation lists"
        rows={lists}
        keyOf={({ partnerId, channel, source }) => `${partnerId} ${channel} ${source}`}
        columns={[
          {
            name: 'List',
            cell: ({ source, partnerId }) => (
              <div className={styles.name}>
                <span className={styles.source}>{source}</span>
                <p>{partnerName(partnerId)}</p>
              </div>
            ),
          },
          {
            name: 'State',
            cell: ({ current }) => (
              <Status
                code={current ? 'certificate:active' : 'certificate:expired'}
                text={current ? 'Current' : 'Out of date'}
              />
            ),
          },
          { name: 'Made', extra: true, cell: ({ thisUpdate }) => <When at={thisUpdate} /> },
          { name: 'Next one due', cell: ({ nextUpdate }) => <When at={nextUpdate} /> },
        ]}
      />
    </Card>
  );
}
