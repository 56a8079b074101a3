import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRouteId } from '../data/address.ts';
import { channelsQuery, partnerQuery } from '../data/queries.ts';
import type { PartnerDetail } from '../data/types.ts';
import { ChannelCard } from '../parts/channel-card.tsx';
import { PartnerCertificates } from '../parts/partner-certificates.tsx';
import { Card, Fact, Facts, Page } from '../parts/page.tsx';
import { ErrorState, LoadingRows } from '../parts/states.tsx';
import { Status } from '../parts/status.tsx';
import { humanise } from '../words/format.ts';

/** One trading partner: what is exchanged, and by which channels. */
export function PartnerPage() {
  const id = useRouteId();
  const partner = useQuery(partnerQuery(id));
  const channels = useQuery(channelsQuery(id));
  if (partner.data === undefined || channels.data === undefined) {
    const error = partner.error ?? channels.error;
    return (
      <Page title="Partner">
        {error === null ? (
          <Card flush>
            <LoadingRows />
          </Card>
        ) : (
          <ErrorState
            error={error}
            onRetry={() => void Promise.all([partner.refetch(), channels.refetch()])}
          />
        )}
      </Page>
    );
  }
  const { name, status } = partner.data;
  return (
    <Page
      title={name}
      above={
        <>
          <Link to="/partners">Partners</Link> <span aria-hidden="true">/</span> {id}
        </>
      }
      heading={
        <>
          {name} <Status code={status} />
        </>
      }
    >
      <Card>
        <PartnerFacts partner={partner.data} />
      </Card>
      {channels.data.records.map((channel) => (
        <ChannelCard key={channel.name} channel={channel} />
      ))}
      <PartnerCertificates partnerId={id} />
    </Page>
  );
}

function PartnerFacts({ partner: { id, standards, documents } }: { partner: PartnerDetail }) {
  return (
    <Facts>
      <Fact name="Standards">{standards.map((standard) => standard.toUpperCase()).join(', ')}</Fact>
      <Fact name="Documents">{documents.map((type) => humanise(type)).join(', ')}</Fact>
      <Fact name="Exchanged">
        <Link to="/files" search={{ partnerId: id }}>
          Files
        </Link>
        {', '}
        <Link to="/orders" search={{ partnerId: id }}>
          orders
        </Link>
      </Fact>
    </Facts>
  );
}
