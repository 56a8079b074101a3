import { useQuery } from '@tanstack/react-query';
import { erpQuery } from '../data/queries.ts';
import type { ErpOverview } from '../data/types.ts';
import { ErpBacklog } from '../parts/erp-backlog.tsx';
import { ErpCompanies } from '../parts/erp-companies.tsx';
import { ErpConnection } from '../parts/erp-connection.tsx';
import { ErpDifferences } from '../parts/erp-differences.tsx';
import { Card, Page } from '../parts/page.tsx';
import { EmptyState, ErrorState, LoadingRows, StaleBanner } from '../parts/states.tsx';
import { Status } from '../parts/status.tsx';
import { erpStandingOf } from '../words/erp.ts';

/** The ERP behind the gateway: is it there, what is still to be written, and do both sides hold the same. */
export function ErpPage() {
  const erp = useQuery(erpQuery);
  if (erp.data === undefined) {
    return (
      <Page title="ERP">
        {erp.isError ? (
          <ErrorState error={erp.error} onRetry={() => void erp.refetch()} />
        ) : (
          <Card flush>
            <LoadingRows />
          </Card>
        )}
      </Page>
    );
  }
  const overview = erp.data;
  return (
    <Page title="ERP" heading={<Heading overview={overview} />}>
      {erp.isError ? (
        <StaleBanner error={erp.error} at={erp.dataUpdatedAt} onRetry={() => void erp.refetch()} />
      ) : null}
      {overview.connection === undefined ? (
        <Card>
          <EmptyState title="No ERP is connected">
            <p>
              What is decided here lies in outbox/erp and is fetched by the API. To connect an Odoo: odoo.yaml
              in the home folder.
            </p>
          </EmptyState>
        </Card>
      ) : (
        <ErpConnection connection={overview.connection} since={overview.since} />
      )}
      <ErpBacklog backlog={overview.backlog} />
      {overview.connection === undefined ? null : (
        <>
          <ErpDifferences />
          <ErpCompanies companies={overview.companies} readTo={overview.readTo} />
        </>
      )}
    </Page>
  );
}

function Heading({ overview: { kind, connection } }: { overview: ErpOverview }) {
  if (connection === undefined) return 'ERP';
  const { code, text } = erpStandingOf(connection);
  return (
    <>
      {kind === 'odoo' ? 'Odoo' : 'ERP'} {connection.version} <Status code={code} text={text} />
    </>
  );
}
