import type { KeyObject } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GatewayError } from '../../common/errors.ts';
import type { Instant } from '../../common/time.ts';
import type { PartnerSet } from '../../partners/partner-set.ts';
import type { SecretKeeper } from '../../pipeline/ports/secrets.ts';
import { listAgreements } from './agreement.ts';
import type { Certificate } from './certificate.ts';
import { matchesKey, readCertificates, readPrivateKey } from './certificate.ts';
import { KeyMaterial } from './key-material.ts';
import type { DecryptionKey } from './message-security.ts';
import { readPkcs12 } from './pkcs12.ts';
import { createSelfSignedCertificate } from './self-signed-certificate.ts';

/** What a file of certificates holds. */
export interface CertificateFile {
  certificates: Certificate[];
  key?: KeyObject;
}

interface Installation {
  set: PartnerSet;
  secrets: SecretKeeper;
  home: string;
  /** Has copies of the revocation lists. */
  dataFolder: string;
  now: () => Instant;
}

/** The certificates of an AS2 installation, for `tradelane as2 certificate`. */
export class CertificateTools {
  readonly #installation: Installation;
  readonly #keys: KeyMaterial | undefined;

  constructor(installation: Installation) {
    const { set, secrets, home, dataFolder, now } = installation;
    const station = set.company.as2;
    this.#installation = installation;
    this.#keys = station && new KeyMaterial({ station, home, dataFolder, secrets, clock: { now } });
  }

  /** Our keys that messages for us can be opened with. Throws CONFIG_INVALID where company.yaml has no AS2 station. */
  async decryptionKeys(): Promise<DecryptionKey[]> {
    return [...(await this.#needKeys().ownKeys())];
  }

  /** Reads PEM, DER, PKCS #7 or PKCS #12. Throws CERTIFICATE_INVALID. */
  static async read(bytes: Uint8Array, passphrase?: string): Promise<CertificateFile> {
    if (passphrase !== undefined) {
      const { key, certificate, chain } = await readPkcs12(bytes, passphrase);
      return { key, certificates: [certificate, ...chain] };
    }
    const text = Buffer.from(bytes).toString('latin1');
    const certificates = readCertificates(bytes);
    if (!/-----BEGIN (?:RSA |EC |ENCRYPTED )?PRIVATE KEY-----/.test(text)) return { certificates };
    return { certificates, key: readPrivateKey(text) };
  }

  /** Keeps a partner's certificate below partners/; returns the file as settings name it. Throws CERTIFICATE_INVALID. */
  async importForPartner(
    partnerId: string,
    name: string,
    { certificates }: CertificateFile,
  ): Promise<string> {
    await this.#refuseLookAlike(certificates[0]!);
    const file = `partners/${partnerId}/certificates/${name}.crt`;
    const absolute = path.join(this.#installation.home, file);
    await mkdir(path.dirname(absolute), { recursive: true });
    await writeFile(absolute, certificates.map(({ pem }) => pem.trimEnd()).join('\n') + '\n', { flag: 'wx' });
    return file;
  }

  /** Keeps a certificate of our own with its key as two secrets; returns their names. Throws CERTIFICATE_INVALID. */
  async importOwn(
    name: string,
    { certificates, key }: CertificateFile,
  ): Promise<{ certificate: string; key: string }> {
    const [certificate] = certificates;
    if (key === undefined) {
      throw new GatewayError(
        'CERTIFICATE_INVALID',
        'The file has no private key: our own certificate needs one.',
      );
    }
    if (!matchesKey(certificate!, key)) {
      throw new GatewayError('CERTIFICATE_INVALID', 'The private key does not belong to the certificate.');
    }
    await this.#refuseLookAlike(certificate!);
    const names = { certificate: `as2-${name}-certificate`, key: `as2-${name}-key` };
    const { secrets } = this.#installation;
    for (const each of Object.values(names)) {
      if (await secrets.has(each))
        throw new GatewayError('CONFLICT', `There is a secret "${each}" already.`, { retryable: 'never' });
    }
    await secrets.set(names.key, key.export({ type: 'pkcs8', format: 'pem' }).toString());
    await secrets.set(names.certificate, certificates.map(({ pem }) => pem.trimEnd()).join('\n') + '\n');
    return names;
  }

  /** A new key and self-signed certificate of our own. */
  static create(commonName: string, from: Instant, days: number): CertificateFile {
    const made = createSelfSignedCertificate({ commonName, from, days });
    return { certificates: [made.certificate], key: made.key };
  }

  /** Two certificates of one issuer and serial number with different keys: one of them is forged, or the issuer is broken. */
  async #refuseLookAlike(certificate: Certificate): Promise<void> {
    if (this.#keys === undefined) return;
    const held = (await this.#keys.ownKeys().catch(() => [])).map((each) => each.certificate);
    for (const agreement of listAgreements(this.#installation.set)) {
      const theirs = await this.#keys.partnerCertificates(agreement).catch(() => []);
      held.push(...theirs.map((each) => each.certificate));
    }
    const double = held.find(
      (other) =>
        other.issuer === certificate.issuer &&
        other.serialNumber === certificate.serialNumber &&
        !other.publicKey.equals(certificate.publicKey),
    );
    if (double === undefined) return;
    throw new GatewayError(
      'CERTIFICATE_INVALID',
      `${certificate.subject} has issuer and serial number of ${double.subject} (SHA-256 ${double.fingerprint}) in the settings, but another key. Ask its owner.`,
    );
  }

  #needKeys(): KeyMaterial {
    if (this.#keys !== undefined) return this.#keys;
    throw new GatewayError(
      'CONFIG_INVALID',
      'company.yaml has no "as2": there is no AS2 station (docs/as2.md).',
    );
  }
}
