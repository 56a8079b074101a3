import type { Instant } from '../../common/time.ts';
import type { Agreement } from './agreement.ts';
import type { PostTerms } from './post-request.ts';
import type { As2Station } from './station.ts';
import { chooseActive, listAccepted } from './choose-certificates.ts';

/** How the partner is connected to: time-outs, trust, our own TLS certificate. Throws as the reading of certificates does. */
export async function postTerms(station: As2Station, agreement: Agreement): Promise<PostTerms> {
  const { timeouts, chunked, expectContinue, tls } = agreement.settings;
  const at = station.context.clock.now();
  const pinned = listAccepted(await station.keys.partnerCertificates(agreement), 'tls', at);
  return {
    ...timeouts,
    chunked,
    expectContinue,
    tls: {
      checkHostName: tls.checkHostName,
      fingerprints: pinned.map(({ certificate }) => certificate.fingerprint),
      ...(tls.authorities !== undefined && { ca: await station.keys.text(tls.authorities) }),
      ...(await shownCertificate(station, agreement, at)),
    },
  };
}

/** What we show of ourselves: the partner's own setting, else the station's certificate for TLS. */
async function shownCertificate(
  { keys }: As2Station,
  agreement: Agreement,
  at: Instant,
): Promise<{ cert?: string; key?: string }> {
  const [forPartner] = await keys.clientCertificates(agreement);
  const own = forPartner ?? chooseActive(await keys.ownKeys(), 'tls', at);
  if (own === undefined) return {};
  return {
    cert: [own.certificate, ...own.chain].map(({ pem }) => pem).join('\n'),
    key: own.key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** The Authorization header of the partner's settings; made for each request, and never kept with the message. */
export async function authorization(
  station: As2Station,
  { settings }: Agreement,
): Promise<(readonly [string, string])[]> {
  const { basicAuth } = settings;
  if (basicAuth === undefined) return [];
  const password = await station.keys.secret(basicAuth.password.secret);
  const credentials = Buffer.from(`${basicAuth.user}:${password}`).toString('base64');
  return [['Authorization', `Basic ${credentials}`]];
}
