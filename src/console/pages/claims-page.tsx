import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { claimsQuery, partnersQuery, usePartnerName } from '../data/queries.ts';
import type { ClaimRow } from '../data/types.ts';
import { Choice, ListPage, useFilters } from '../parts/list-page.tsx';
import { EmptyState } from '../parts/states.tsx';
import { Status } from '../parts/status.tsx';
import type { Column } from '../parts/table.tsx';
import { Due, When } from '../parts/when.tsx';
import { CLAIM_KINDS, wordsOfClaimKind } from '../words/claims.ts';
import { formatAmount } from '../words/format.ts';
import { labelOf } from '../words/tones.ts';

const STATES = ['open', 'sent', 'answered', 'credited', 'writtenOff', 'closed'];

/** What is claimed from suppliers. */
export function ClaimsPage() {
  const partnerName = usePartnerName();
  const [search] = useFilters();
  const { data: partners } = useQuery(partnersQuery);
  const columns: Column<ClaimRow>[] = [
    {
      name: 'Claim',
      cell: (claim) => (
        <Link to="/claims/$id" params={{ id: claim.id }}>
          {claim.number}
        </Link>
      ),
    },
    { name: 'About', cell: (claim) => wordsOfClaimKind(claim.kind) },
    { name: 'Supplier', cell: (claim) => partnerName(claim.partnerId) },
    {
      name: 'Order',
      extra: true,
      cell: (claim) =>
        claim.orderId === '' ? (
          '–'
        ) : (
          <Link to="/orders/$id" params={{ id: claim.orderId }}>
            {claim.orderId}
          </Link>
        ),
    },
    { name: 'State', cell: (claim) => <Status code={`claim:${claim.state}`} /> },
    {
      name: 'Claimed',
      numeric: true,
      cell: (claim) => formatAmount(claim.value, claim.currency),
    },
    {
      name: 'Credited',
      numeric: true,
      extra: true,
      cell: (claim) => formatAmount(claim.credited, claim.currency),
    },
    {
      name: 'Due',
      cell: (claim) => (claim.dueAt === '' ? '–' : <Due at={claim.dueAt} since={claim.openedAt} />),
    },
    { name: 'Opened', extra: true, cell: (claim) => <When at={claim.openedAt} /> },
  ];
  return (
    <ListPage
      title="Claims"
      query={claimsQuery(search)}
      columns={columns}
      keyOf={(claim) => claim.id}
      filters={
        <>
          <Choice
            label="State"
            name="state"
            options={[
              ['live', 'Not settled'],
              ...STATES.map((state) => [state, labelOf(`claim:${state}`) ?? state] as const),
            ]}
          />
          <Choice label="About" name="kind" options={CLAIM_KINDS} />
          <Choice
            label="Supplier"
            name="partnerId"
            options={(partners?.records ?? []).map(({ id, name }) => [id, name] as const)}
          />
        </>
      }
      empty={
        <EmptyState title="Nothing is claimed">
          <p>
            Missing, damaged or wrong goods and money billed too much become claims here, until a credit note
            covers them.
          </p>
        </EmptyState>
      }
    />
  );
}
