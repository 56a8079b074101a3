import { createHash } from 'node:crypto';
import { GatewayError } from '../../src/common/errors.ts';
import type { CertificateExchange } from '../../src/pipeline/ports/certificate-exchange.ts';
import type {
  CertificateDirectory,
  CertificateList,
  CertificateRow,
} from '../../src/pipeline/ports/certificates.ts';
import { NOW } from './story.ts';

const DAY_MS = 86_400_000;

export const fingerprintOf = (name: string): string =>
  createHash('sha256').update(name).digest('hex').toUpperCase().match(/../g)!.join(':');

function inDays(days: number): string {
  return new Date(Date.parse(NOW) + days * DAY_MS).toISOString();
}

/** A certificate that began and ends so many days from now. */
function certificate(
  name: string,
  [begins, ends]: readonly [begins: number, ends: number],
  more: Partial<CertificateRow> = {},
): CertificateRow {
  const { startsAt, from, owner = 'northwind-hardware' } = more;
  const subject = `CN=${name}, O=${owner}, C=US`;
  return {
    owner,
    channel: 'main',
    source: 'settings',
    uses: ['sign', 'encrypt'],
    state: 'active',
    duties: ['verifies', 'encrypts'],
    subject,
    issuer: subject,
    serialNumber: fingerprintOf(name).replaceAll(':', '').slice(0, 32),
    fingerprint: fingerprintOf(name),
    keyType: 'rsa',
    keyBits: 2048,
    validFrom: inDays(begins),
    validTo: inDays(ends),
    startsAt: startsAt ?? from ?? inDays(begins),
    daysLeft: ends,
    succeeded: false,
    endsSoon: ends > 0 && ends <= 60,
    weaknesses: [],
    trouble: '',
    ...more,
  };
}

const ours = { owner: 'own', channel: '', duties: ['signs', 'decrypts'] } as const;

/** A station in the middle of its year: some end, one takes over soon, one is not trusted. */
export const CERTIFICATES: CertificateList = {
  certificates: [
    certificate('TRADELANE', [-1_050, 46], { ...ours, succeeded: true, endsSoon: false }),
    certificate('TRADELANE 2027', [-3, 1_093], {
      ...{ ...ours, duties: ['decrypts'], state: 'accepted', keyBits: 4096, from: inDays(9) },
    }),
    certificate('tradelane-client', [-330, 35], {
      ...{ ...ours, channel: 'main', shownTo: 'hansa-werkzeuge', uses: ['tls'], duties: ['shown'] },
    }),
    certificate('NORTHWIND 2025', [-700, 12]),
    certificate('northwind-tls.example', [-40, 50], {
      uses: ['tls'],
      duties: ['pinned'],
      keyType: 'ec',
      keyBits: 256,
    }),
    certificate('NORTHWIND 2022', [-1_400, -5], {
      ...{ uses: ['sign'], state: 'expired', duties: [], succeeded: true, weaknesses: ['signed with SHA-1'] },
    }),
    certificate('PACIFIC', [-1_100, -2], {
      ...{ owner: 'pacific-fasteners', state: 'expired', duties: [] },
    }),
    certificate('HANSA 2026', [-20, 700], {
      ...{
        owner: 'hansa-werkzeuge',
        state: 'untrusted',
        duties: [],
        issuer: 'CN=Hansa Issuing CA, O=Hansa, C=DE',
      },
      trouble: 'it was revoked on 2026-03-01T08:00:00.000Z because its key was compromised (hansa.crl)',
    }),
    certificate('HANSA 2023', [-1_000, 90], {
      ...{ owner: 'hansa-werkzeuge', state: 'retired', duties: [], until: inDays(-8), succeeded: true },
    }),
    certificate('Hansa Root CA', [-2_000, 1_600], {
      ...{ owner: 'hansa-werkzeuge', uses: ['anchor'], state: 'trusted', duties: [] },
    }),
  ],
  revocationLists: [
    {
      ...{ partnerId: 'hansa-werkzeuge', channel: 'main', source: 'http://crl.hansa.example/issuing.crl' },
      ...{ thisUpdate: inDays(-4), nextUpdate: inDays(3), current: true },
    },
  ],
  unreadable: [
    {
      owner: 'nordic-lighting',
      channel: 'main',
      text: 'The certificate or key file partners/nordic-lighting/certificates/2026.crt cannot be read: ENOENT',
    },
  ],
};

/** Two hundred certificates of forty partners. */
export function manyCertificates(): CertificateList {
  const certificates = Array.from({ length: 200 }, (_, index) =>
    certificate(`PARTNER ${String(index).padStart(3, '0')}`, [-400, 20 + index * 9], {
      owner: `partner-${index % 40}`,
    }),
  );
  return {
    certificates: [CERTIFICATES.certificates[0]!, ...certificates],
    revocationLists: [],
    unreadable: [],
  };
}

const plain = (fingerprint: string): string => fingerprint.replaceAll(':', '').toUpperCase();

const nobodyAsked = () => Promise.reject(new GatewayError('NOT_FOUND', 'There is no such proposal.'));
const NOBODY_ASKED: CertificateExchange = {
  accept: nobodyAsked,
  reject: nobodyAsked,
  withdraw: nobodyAsked,
  propose: nobodyAsked,
};

/** The certificates as the pages and the API see them. */
export class CertificateScene implements CertificateDirectory {
  readonly stationId = 'TRADELANE';
  readonly exchange: CertificateExchange;
  shown = CERTIFICATES;

  constructor(exchange: CertificateExchange = NOBODY_ASKED) {
    this.exchange = exchange;
  }

  list(): Promise<CertificateList> {
    return Promise.resolve(this.shown);
  }

  read(fingerprint: string): Promise<{ owner: string; pem: string }> {
    const row = this.shown.certificates.find((each) => plain(each.fingerprint) === plain(fingerprint));
    return row === undefined
      ? Promise.reject(new GatewayError('NOT_FOUND', 'There is no such certificate.'))
      : Promise.resolve({
          owner: row.owner,
          pem: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
        });
  }
}
