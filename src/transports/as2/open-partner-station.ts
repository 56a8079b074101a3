import path from 'node:path';
import { GatewayError } from '../../common/errors.ts';
import type { Clock } from '../../common/time.ts';
import { loadPartners } from '../../partners/load-partners.ts';
import { readPartnerFiles } from '../../partners/read-partner-files.ts';
import type { SecretKeeper } from '../../pipeline/ports/secrets.ts';
import { toAgreement } from './agreement.ts';
import { readCertificates, readPrivateKey } from './certificate.ts';
import { chooseActive } from './choose-certificates.ts';
import { KeyMaterial } from './key-material.ts';
import type { DecryptionKey } from './message-security.ts';
import { PartnerStation } from './partner-station.ts';
import { createSelfSignedCertificate } from './self-signed-certificate.ts';

const DAYS = 1_096;

/**
 * Opens the station of a partner whose AS2 channel leads to this machine, and makes its key and certificate the first time: the
 * certificate under the name that partner.yaml gives it, where the gateway finds it. Throws NOT_FOUND, INVALID_REQUEST,
 * PORT_IN_USE, CERTIFICATE_*.
 */
export async function openPartnerStation(installation: {
  home: string;
  dataFolder: string;
  partnersFolder: string;
  secrets: SecretKeeper;
  clock: Clock;
  nextId: () => string;
  partnerId: string;
  /** Where the gateway's listener is. */
  gatewayUrl: string;
}): Promise<PartnerStation> {
  const { home, dataFolder, partnersFolder, secrets, clock, nextId, partnerId, gatewayUrl } = installation;
  const { set } = loadPartners(await readPartnerFiles(partnersFolder));
  const channel = set?.partners
    .find(({ partner }) => partner === partnerId)
    ?.channels.find(({ type }) => type === 'as2');
  const station = set?.company.as2;
  if (station === undefined || channel?.type !== 'as2') {
    throw new GatewayError('NOT_FOUND', `There is no partner "${partnerId}" with an AS2 channel.`);
  }
  const url = new URL(channel.url);
  const certificateName = channel.certificates[0]?.certificate.secret;
  if (url.protocol !== 'http:' || url.hostname !== '127.0.0.1' || certificateName === undefined) {
    throw new GatewayError(
      'INVALID_REQUEST',
      `A station for ${partnerId} can be opened here only where its channel leads to http://127.0.0.1 and its certificate is a secret.`,
    );
  }
  const at = clock.now();
  const { ours, theirs } = toAgreement(partnerId, channel, station);
  const own = await ensureIdentity(secrets, { certificateName, id: theirs, at });
  const gatewayKeys = await new KeyMaterial({ station, home, dataFolder, secrets, clock }).ownKeys();
  const sign = chooseActive(gatewayKeys, 'sign', at);
  const encrypt = chooseActive(gatewayKeys, 'encrypt', at);
  if (sign === undefined || encrypt === undefined) {
    throw new GatewayError('CERTIFICATE_UNUSABLE', 'The gateway has no AS2 certificate whose time has come.');
  }
  return PartnerStation.open({
    folder: path.join(dataFolder, 'partner-stations', partnerId),
    id: theirs,
    gatewayId: ours,
    url,
    gatewayUrl: new URL(gatewayUrl),
    own,
    gateway: { sign: sign.certificate, encrypt: encrypt.certificate },
    clock,
    nextId,
  });
}

async function ensureIdentity(
  secrets: SecretKeeper,
  { certificateName, id, at }: { certificateName: string; id: string; at: string },
): Promise<DecryptionKey> {
  const keyName = `${certificateName}-key`;
  if (!(await secrets.has(certificateName)) || !(await secrets.has(keyName))) {
    const made = createSelfSignedCertificate({ commonName: id, from: at, days: DAYS });
    await secrets.set(keyName, made.key.export({ type: 'pkcs8', format: 'pem' }).toString());
    await secrets.set(certificateName, made.certificate.pem);
  }
  const [certificate] = readCertificates(Buffer.from(await secrets.read(certificateName), 'latin1'));
  return { certificate: certificate!, key: readPrivateKey(await secrets.read(keyName)) };
}
