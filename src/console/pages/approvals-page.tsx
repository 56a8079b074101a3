import { approvalsQuery } from '../data/queries.ts';
import { useApprovalColumns } from '../parts/approvals-table.tsx';
import { Choice, ListPage, useFilters } from '../parts/list-page.tsx';
import { EmptyState } from '../parts/states.tsx';

/** What needed a second person, and what became of it. */
export function ApprovalsPage() {
  const [search] = useFilters();
  const { columns, dialog } = useApprovalColumns();
  return (
    <>
      <ListPage
        title="Approvals"
        query={approvalsQuery(search)}
        columns={columns}
        keyOf={({ id }) => id}
        filters={
          <Choice
            label="State"
            name="status"
            options={[
              ['waiting', 'Waiting'],
              ['approved', 'Agreed'],
              ['refused', 'Refused'],
            ]}
          />
        }
        empty={
          <EmptyState title="Nothing has needed a second person">
            <p>
              What is sent, reprocessed or tried again in large numbers, or for much money, stands here until
              somebody else agrees.
            </p>
          </EmptyState>
        }
      />
      {dialog}
    </>
  );
}
