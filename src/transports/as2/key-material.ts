import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { instantMs } from '../../common/calendar.ts';
import { GatewayError } from '../../common/errors.ts';
import type { Clock } from '../../common/time.ts';
import type {
  As2CertificateSettings,
  As2StationSettings,
  As2TrustSettings,
  PemSource,
} from '../../partners/as2-schema.ts';
import type { SecretKeeper } from '../../pipeline/ports/secrets.ts';
import type { Agreement } from './agreement.ts';
import { matchesKey, readCertificates, readPrivateKey } from './certificate.ts';
import type { HeldCertificate, HeldKey } from './choose-certificates.ts';
import { ensureOwnCertificate, OWN_CERTIFICATE } from './own-certificate.ts';
import { FetchedLists } from './trust/fetched-lists.ts';
import { readTrustMaterial } from './trust/trust-material.ts';
import type { TrustMaterial } from './trust/trust-material.ts';

export interface KeyMaterialOptions {
  station: As2StationSettings;
  /** Files of certificates are named relative to it. */
  home: string;
  /** Keeps copies of revocation lists that are fetched. */
  dataFolder: string;
  secrets: SecretKeeper;
  clock: Clock;
  /** Certificates that were accepted from the partner's messages, beside those of his settings. */
  accepted?: (
    agreement: Agreement,
    settings: readonly HeldCertificate[],
  ) => Promise<readonly HeldCertificate[]>;
}

/** How long what was read stays good: a changed file or secret is in force within it, without a restart. */
const FRESH_MS = 5_000;

/** Certificates and private keys of the settings, read when they are needed. */
export class KeyMaterial {
  readonly #options: KeyMaterialOptions;
  readonly #kept = new Map<string, { untilMs: number; value: Promise<unknown> }>();

  readonly #fetched: FetchedLists;

  constructor(options: KeyMaterialOptions) {
    this.#options = options;
    this.#fetched = new FetchedLists(options.dataFolder, options.clock);
  }

  /** Our own. Throws CERTIFICATE_INVALID, FILE_UNREADABLE, SECRET_MISSING. */
  ownKeys(): Promise<readonly HeldKey[]> {
    return this.#keep('own', async () => {
      const { certificates, id } = this.#options.station;
      if (certificates === undefined) {
        await ensureOwnCertificate(this.#options.secrets, id, this.#options.clock.now());
        return [await this.#readKey(OWN_CERTIFICATE)];
      }
      return Promise.all(certificates.map((settings) => this.#readKey(settings)));
    });
  }

  /** The partner's. Throws CERTIFICATE_INVALID, FILE_UNREADABLE, SECRET_MISSING. */
  partnerCertificates(agreement: Agreement): Promise<readonly HeldCertificate[]> {
    const { partnerId, channel, settings } = agreement;
    return this.#keep(`partner/${partnerId}/${channel}`, async () => {
      const held = await Promise.all(settings.certificates.map((one) => this.#readCertificate(one)));
      const accepted = (await this.#options.accepted?.(agreement, held)) ?? [];
      return [...held, ...accepted];
    });
  }

  /** The one of ours that this partner alone is shown in TLS, where his settings have one. Throws as `ownKeys`. */
  clientCertificates({ partnerId, channel, settings }: Agreement): Promise<readonly HeldKey[]> {
    const { clientCertificate } = settings.tls;
    if (clientCertificate === undefined) return Promise.resolve([]);
    return this.#keep(`client/${partnerId}/${channel}`, async () => [
      await this.#readKey({ ...clientCertificate, uses: ['tls'] }),
    ]);
  }

  /** What was accepted or withdrawn a moment ago counts at once here; on other nodes within seconds. */
  forgetPartner({ partnerId, channel }: Pick<Agreement, 'partnerId' | 'channel'>): void {
    for (const kind of ['partner', 'trust']) this.#kept.delete(`${kind}/${partnerId}/${channel}`);
  }

  /** The authorities and revocation lists by which the partner's are trusted. Throws CERTIFICATE_INVALID, FILE_UNREADABLE. */
  partnerTrust({ partnerId, channel }: Agreement, settings: As2TrustSettings): Promise<TrustMaterial> {
    return this.#keep(`trust/${partnerId}/${channel}`, () =>
      readTrustMaterial(settings, {
        home: this.#options.home,
        text: (source) => this.text(source),
        fetched: this.#fetched,
      }),
    );
  }

  /** A password of the settings. */
  secret(name: string): Promise<string> {
    return this.#options.secrets.read(name);
  }

  /** A PEM text of the settings. */
  async text(source: PemSource): Promise<string> {
    if (source.secret !== undefined) return this.#options.secrets.read(source.secret);
    const file = path.join(this.#options.home, source.file!);
    try {
      return await readFile(file, 'latin1');
    } catch (cause) {
      throw new GatewayError(
        'FILE_UNREADABLE',
        `The certificate or key file ${file} cannot be read: ${String(cause)}`,
        {
          cause,
        },
      );
    }
  }

  async #readCertificate(settings: As2CertificateSettings): Promise<HeldCertificate> {
    const text = await this.text(settings.certificate);
    const [certificate, ...chain] = readCertificates(Buffer.from(text, 'latin1'));
    const { uses, from, until } = settings;
    return {
      certificate: certificate!,
      chain,
      uses,
      ...(from !== undefined && { from }),
      ...(until !== undefined && { until }),
    };
  }

  async #readKey(settings: As2CertificateSettings & { key: PemSource }): Promise<HeldKey> {
    const held = await this.#readCertificate(settings);
    const key = readPrivateKey(await this.text(settings.key));
    if (!matchesKey(held.certificate, key)) {
      throw new GatewayError(
        'CERTIFICATE_INVALID',
        `The private key ${nameOf(settings.key)} does not belong to the certificate ${nameOf(settings.certificate)}.`,
      );
    }
    return { ...held, key };
  }

  #keep<T>(name: string, read: () => Promise<T>): Promise<T> {
    const nowMs = instantMs(this.#options.clock.now());
    const kept = this.#kept.get(name);
    if (kept !== undefined && kept.untilMs > nowMs) return kept.value as Promise<T>;
    const value = read();
    this.#kept.set(name, { untilMs: nowMs + FRESH_MS, value });
    value.catch(() => {
      this.#kept.delete(name);
    });
    return value;
  }
}

function nameOf({ file, secret }: PemSource): string {
  return file ?? `secret ${secret ?? ''}`;
}
