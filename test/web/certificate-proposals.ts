import { GatewayError } from '../../src/common/errors.ts';
import type { Actor } from '../../src/pipeline/actor.ts';
import type { CertificateProposalRecord } from '../../src/pipeline/channels/certificate-proposal-record.ts';
import type { CertificateExchange } from '../../src/pipeline/ports/certificate-exchange.ts';
import type { Store } from '../../src/pipeline/ports/store.ts';
import { fingerprintOf } from './certificates.ts';
import type { Harness } from './harness.ts';
import { NOW } from './story.ts';

const DAY_MS = 86_400_000;
const inDays = (days: number): string => new Date(Date.parse(NOW) + days * DAY_MS).toISOString();

function proposal(
  id: string,
  name: string,
  more: Partial<CertificateProposalRecord> = {},
): CertificateProposalRecord {
  return {
    id,
    revision: 0,
    direction: 'inbound',
    partnerId: 'northwind-hardware',
    channel: 'main',
    requestKey: `request-${id}`,
    requestId: `R-${id}`,
    createdAt: inDays(-1),
    status: 'open',
    uses: ['sign', 'encrypt'],
    certificate: {
      subject: `CN=${name}`,
      issuer: `CN=${name}`,
      serialNumber: '4711',
      fingerprint: fingerprintOf(name),
      validFrom: inDays(-2),
      validTo: inDays(728),
      keyType: 'rsa',
      keyBits: 2048,
      weaknesses: [],
    },
    pem: '',
    signedBy: fingerprintOf('NORTHWIND 2025'),
    sameSubject: true,
    respondBy: inDays(6),
    responseUrl: 'https://as2.northwind.example/as2',
    as2MessageId: 'in|northwind-proposal',
    fileId: '',
    ...more,
  };
}

/** One that waits, one that was rejected by itself, and one of ours that the partner was asked about. */
export const PROPOSALS: readonly CertificateProposalRecord[] = [
  proposal('waiting', 'NORTHWIND 2027'),
  proposal('weak', 'NORTHWIND OLD', {
    ...{ status: 'rejected', decidedBy: 'system', decidedAt: inDays(-1), sameSubject: false },
    reason: 'Its key has 1024 bits; 2,048 are the least.',
  }),
  proposal('ours', 'TRADELANE 2027', {
    ...{ direction: 'outbound', partnerId: 'hansa-werkzeuge', signedBy: '', sameSubject: false },
    ...{ responseUrl: '', as2MessageId: '', fileId: 'cem-ours' },
  }),
];

export async function tellOfProposals({ gateway }: Pick<Harness, 'gateway'>): Promise<void> {
  await gateway.store.commit(
    PROPOSALS.map((record) => ({ op: 'insert', collection: 'certificateProposals', record })),
  );
}

/** Decides as people want it, without a partner who is told. */
export class ProposalScene implements CertificateExchange {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  accept(id: string, { reason, from = NOW }: { reason: string; from?: string }, actor: Actor) {
    return this.#decide(id, { status: 'accepted', reason, activeFrom: from, decidedBy: actor.name });
  }

  reject(id: string, reason: string, actor: Actor) {
    return this.#decide(id, { status: 'rejected', reason, decidedBy: actor.name });
  }

  withdraw(id: string, reason: string, actor: Actor) {
    return this.#decide(id, { status: 'withdrawn', reason, decidedBy: actor.name });
  }

  propose(): Promise<CertificateProposalRecord[]> {
    return Promise.resolve(PROPOSALS.filter(({ direction }) => direction === 'outbound'));
  }

  async #decide(
    id: string,
    decision: Partial<CertificateProposalRecord>,
  ): Promise<CertificateProposalRecord> {
    const known = await this.#store.get('certificateProposals', id);
    if (known === undefined) throw new GatewayError('NOT_FOUND', `There is no proposal "${id}".`);
    const record = { ...known, ...decision, decidedAt: NOW };
    await this.#store.commit([{ op: 'update', collection: 'certificateProposals', record }]);
    return { ...record, revision: known.revision + 1 };
  }
}
