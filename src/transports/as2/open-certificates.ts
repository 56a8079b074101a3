import { GatewayError } from '../../common/errors.ts';
import type { CertificateDirectory } from '../../pipeline/ports/certificates.ts';
import { openCertificateExchange } from './cem/certificate-exchange.ts';
import { listCertificates } from './certificate-list.ts';
import type { Certificate } from './certificate.ts';
import type { As2Station } from './station.ts';

/** The certificates of a station that runs, for people who look. */
export function openCertificates(station: As2Station): CertificateDirectory {
  const { clock } = station.context;
  return {
    stationId: station.settings.id,
    exchange: openCertificateExchange(station),
    list: () => listCertificates(station, clock.now()),
    async read(fingerprint) {
      const wanted = plain(fingerprint);
      for await (const { owner, certificate } of walk(station)) {
        if (plain(certificate.fingerprint) === wanted) return { owner, pem: certificate.pem };
      }
      throw new GatewayError(
        'NOT_FOUND',
        `There is no certificate with the SHA-256 fingerprint ${fingerprint}.`,
      );
    },
  };
}

async function* walk({
  keys,
  agreements,
}: As2Station): AsyncGenerator<{ owner: string; certificate: Certificate }> {
  const held = (owner: string, read: readonly { certificate: Certificate }[]) =>
    read.map(({ certificate }) => ({ owner, certificate }));
  yield* held('own', await orNone(keys.ownKeys()));
  for (const agreement of agreements) {
    const { partnerId, settings } = agreement;
    yield* held('own', await orNone(keys.clientCertificates(agreement)));
    yield* held(partnerId, await orNone(keys.partnerCertificates(agreement)));
    if (settings.trust === undefined) continue;
    const material = await keys.partnerTrust(agreement, settings.trust).catch(() => undefined);
    for (const certificate of [...(material?.anchors ?? []), ...(material?.authorities ?? [])])
      yield { owner: partnerId, certificate };
  }
}

/** What cannot be read is told by the list. */
function orNone<T>(read: Promise<readonly T[]>): Promise<readonly T[]> {
  return read.catch(() => []);
}

function plain(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toUpperCase();
}
