import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useRouteId } from '../data/address.ts';
import { ApiProblem } from '../data/api.ts';
import { idOf, isAuthority, listSiblings } from '../data/certificates.ts';
import { certificatesQuery, usePartnerName, useSession } from '../data/queries.ts';
import type { Certificate } from '../data/types.ts';
import { CertificateEnd, Day } from '../parts/certificate-end.tsx';
import { CertificateSteps } from '../parts/certificate-steps.tsx';
import { CertificateStatus } from '../parts/certificate-table.tsx';
import { CertificateTimeline } from '../parts/certificate-timeline.tsx';
import { Fingerprint } from '../parts/fingerprint.tsx';
import { Card, Fact, Facts, Page } from '../parts/page.tsx';
import { ProposeDialog } from '../parts/proposal-dialogs.tsx';
import { ErrorState, LoadingRows } from '../parts/states.tsx';
import { When } from '../parts/when.tsx';
import { describeDuties, describeKey, describeUses, nameOfSubject } from '../words/certificates.ts';

const GONE = new ApiProblem({
  status: 404,
  code: 'NOT_FOUND',
  detail: 'No certificate of the settings has this fingerprint. It may have been replaced.',
  requestId: '',
});

/** One certificate: what it does, what to do about it, its fingerprint to compare, and what comes before and after it. */
export function CertificatePage() {
  const id = useRouteId();
  const query = useQuery(certificatesQuery());
  const places = query.data?.records.filter((one) => idOf(one) === id) ?? [];
  const [certificate] = places;
  if (query.data !== undefined && certificate !== undefined) {
    return <Details certificate={certificate} places={places} all={query.data.records} />;
  }
  return (
    <Page title="Certificate">
      {query.data !== undefined ? (
        <ErrorState error={GONE} />
      ) : query.isError ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Card flush>
          <LoadingRows rows={5} />
        </Card>
      )}
    </Page>
  );
}

function Details({
  certificate,
  places,
  all,
}: {
  certificate: Certificate;
  /** Wherever the settings name it. */
  places: readonly Certificate[];
  all: readonly Certificate[];
}) {
  const { subject, trouble, weaknesses, owner } = certificate;
  const name = nameOfSubject(subject);
  const { role } = useSession();
  const [proposing, setProposing] = useState(false);
  const siblings = listSiblings(certificate, all);
  const remarks = [...(trouble === '' ? [] : [trouble]), ...weaknesses];
  return (
    <Page
      title={name}
      above={
        <>
          <Link to="/certificates">Certificates</Link> <span aria-hidden="true">/</span>
          <Link to="/certificates" search={{ partnerId: owner }}>
            <Owner certificate={certificate} />
          </Link>
        </>
      }
      heading={
        <>
          {name} <CertificateStatus certificate={certificate} />
        </>
      }
      tools={
        <>
          <Button
            component="a"
            variant="default"
            size="xs"
            href={`/api/certificates/${idOf(certificate)}.pem`}
          >
            Download as PEM
          </Button>
          {owner === 'own' && certificate.shownTo === undefined && role !== 'viewer' ? (
            <Button variant="default" size="xs" onClick={() => setProposing(true)}>
              Propose to partners
            </Button>
          ) : null}
        </>
      }
    >
      {proposing ? <ProposeDialog certificate={certificate} onClose={() => setProposing(false)} /> : null}
      <CertificateSteps certificate={certificate} siblings={siblings} remarks={remarks} />
      <Card title="Fingerprint (SHA-256)">
        <Fingerprint fingerprint={certificate.fingerprint} />
      </Card>
      {isAuthority(certificate) ? null : (
        <CertificateTimeline certificate={certificate} siblings={siblings} />
      )}
      <Card title="What it says">
        <CertificateFacts certificate={certificate} />
      </Card>
      {places.length < 2 ? null : (
        <Card title="Named more than once">
          <Facts>
            {places.map((place) => (
              <Fact key={`${place.owner} ${place.channel} ${place.uses.join()}`} name={describeUses(place)}>
                <Owner certificate={place} />
              </Fact>
            ))}
          </Facts>
        </Card>
      )}
    </Page>
  );
}

function Owner({ certificate: { owner, channel, shownTo } }: { certificate: Certificate }) {
  const partnerName = usePartnerName();
  if (owner === 'own')
    return <>{shownTo === undefined ? 'Ours' : `Ours, for ${partnerName(shownTo)} alone`}</>;
  return (
    <>
      {partnerName(owner)}
      {channel === 'main' ? '' : `, channel ${channel}`}
    </>
  );
}

function CertificateFacts({ certificate }: { certificate: Certificate }) {
  const { owner, channel, source, subject, issuer, serialNumber, validFrom, from, until } = certificate;
  return (
    <Facts>
      <Fact name="Whose">
        {owner === 'own' ? (
          <Owner certificate={certificate} />
        ) : (
          <Link to="/partners/$id" params={{ id: owner }}>
            <Owner certificate={certificate} />
          </Link>
        )}
      </Fact>
      {channel === '' ? null : <Fact name="Channel">{channel}</Fact>}
      <Fact name="Comes from">{source === 'settings' ? 'the settings' : 'a message of the partner'}</Fact>
      <Fact name="For">{describeUses(certificate)}</Fact>
      <Fact name="What it does now">{describeDuties(certificate).join('. ')}</Fact>
      <Fact name="Valid from">
        <Day at={validFrom} />
      </Fact>
      <Fact name="Ends">
        <CertificateEnd certificate={certificate} />
      </Fact>
      {from === undefined ? null : (
        <Fact name="from: in the settings">
          <When at={from} />
        </Fact>
      )}
      {until === undefined ? null : (
        <Fact name="until: in the settings">
          <When at={until} />
        </Fact>
      )}
      <Fact name="Key">{describeKey(certificate)}</Fact>
      <Fact name="Subject">{subject}</Fact>
      <Fact name="Issuer">{issuer === subject ? 'itself (self-signed)' : issuer}</Fact>
      <Fact name="Serial number">
        <code>{serialNumber}</code>
      </Fact>
    </Facts>
  );
}
