import { useQuery } from '@tanstack/react-query';
import { useAddress } from '../data/address.ts';
import { isAuthority, sortByEnd, STANDINGS, standingOf } from '../data/certificates.ts';
import { certificatesQuery, usePartnerName } from '../data/queries.ts';
import type { Certificate, CertificateList } from '../data/types.ts';
import { CertificateProposals } from '../parts/certificate-proposals.tsx';
import { CertificateSummary } from '../parts/certificate-summary.tsx';
import { CertificateTable } from '../parts/certificate-table.tsx';
import { Choice, Filters, NothingMatches } from '../parts/list-page.tsx';
import { Card, Page } from '../parts/page.tsx';
import { ProposalHistory } from '../parts/proposal-history.tsx';
import { RevocationLists } from '../parts/revocation-lists.tsx';
import { EmptyState, ErrorState, LoadingRows, StaleBanner } from '../parts/states.tsx';
import { UnreadableCertificates } from '../parts/unreadable-certificates.tsx';
import { useNow } from '../parts/when.tsx';
import { labelOf } from '../words/tones.ts';

/** Every AS2 certificate, ours and those of partners: which ones are in use, which end, and what to do. */
export function CertificatesPage() {
  const query = useQuery(certificatesQuery());
  const { data, error } = query;
  const onRetry = () => void query.refetch();
  return (
    <Page title="Certificates">
      {data === undefined ? (
        error === null ? (
          <Card flush>
            <LoadingRows />
          </Card>
        ) : (
          <ErrorState error={error} onRetry={onRetry} />
        )
      ) : (
        <>
          {error === null ? null : <StaleBanner error={error} at={query.dataUpdatedAt} onRetry={onRetry} />}
          {data.stationId === undefined ? <NoStation /> : <Certificates list={data} />}
        </>
      )}
    </Page>
  );
}

function NoStation() {
  return (
    <Card flush>
      <EmptyState title="There is no AS2 station">
        <p>
          With “as2” in company.yaml its certificates, and those of the partners, stand here (docs/as2.md).
        </p>
      </EmptyState>
    </Card>
  );
}

function Certificates({ list }: { list: CertificateList }) {
  const now = useNow();
  const partnerName = usePartnerName();
  const [{ partnerId = '', state = '' }] = useAddress();
  const owners = [...new Set(list.records.map(({ owner }) => owner))].filter((owner) => owner !== 'own');
  const of = (owner: string | undefined): boolean => partnerId === '' || owner === partnerId;
  const shown = sortByEnd(
    list.records.filter(
      (one) => (of(one.owner) || of(one.shownTo)) && (state === '' || standingOf(one, now) === state),
    ),
  );
  const known = new Set(list.records.map((one) => standingOf(one, now)));
  const groups = groupsOf(shown);
  return (
    <>
      <CertificateProposals />
      <CertificateSummary certificates={list.records} />
      <Filters>
        <Choice
          label="Whose"
          name="partnerId"
          options={[
            ['own', 'Ours'],
            ...owners
              .map((owner) => [owner, partnerName(owner)] as const)
              .sort(([, a], [, b]) => a.localeCompare(b)),
          ]}
        />
        <Choice
          label="State"
          name="state"
          options={STANDINGS.filter((one) => known.has(one)).map((one) => [
            one,
            labelOf(`certificate:${one}`) ?? one,
          ])}
        />
      </Filters>
      <UnreadableCertificates unreadable={list.unreadable.filter(({ owner }) => of(owner))} />
      {groups.length === 0 ? (
        <Card flush>
          {list.records.length === 0 ? (
            <EmptyState title="No certificates yet">
              <p>Partners with an AS2 channel have theirs under “certificates” in partner.yaml.</p>
            </EmptyState>
          ) : (
            <NothingMatches />
          )}
        </Card>
      ) : (
        groups.map(([title, certificates]) => (
          <Card key={title} flush title={title}>
            <CertificateTable caption={title} certificates={certificates} />
          </Card>
        ))
      )}
      <RevocationLists lists={list.revocationLists.filter((each) => of(each.partnerId))} />
      <ProposalHistory of={partnerId === 'own' ? { direction: 'outbound' } : { partnerId }} />
    </>
  );
}

function groupsOf(
  certificates: readonly Certificate[],
): (readonly [title: string, certificates: Certificate[]])[] {
  const isOurs = ({ owner }: Certificate): boolean => owner === 'own';
  const groups = [
    ['Ours', certificates.filter(isOurs)],
    ['Partners', certificates.filter((one) => !isOurs(one) && !isAuthority(one))],
    ['Authorities that partners are trusted by', certificates.filter((one) => isAuthority(one))],
  ] as const;
  return groups.filter(([, members]) => members.length > 0);
}
