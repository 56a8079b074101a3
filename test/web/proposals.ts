import type { CertificateProposalRecord } from '../../src/pipeline/channels/certificate-proposal-record.ts';
import type { CertificateExchange } from '../../src/pipeline/ports/certificate-exchange.ts';
import type { Store } from '../../src/pipeline/ports/store.ts';
import { fingerprintOf } from './certificates.ts';
import { NOW } from './story.ts';

const DAY_MS = 86_400_000;

function inDays(days: number): string {
  return new Date(Date.parse(NOW) + days * DAY_MS).toISOString();
}

function proposal(
  id: string,
  name: string,
  more: Partial<CertificateProposalRecord> = {},
): CertificateProposalRecord {
  const subject = `CN=${name}, O=Northwind, C=US`;
  return {
    ...{ id, revision: 0, direction: 'inbound', partnerId: 'northwind-hardware', channel: 'main' },
    ...{ requestKey: id, requestId: id, createdAt: inDays(-2), status: 'open', uses: ['sign', 'encrypt'] },
    certificate: {
      ...{ subject, issuer: subject, serialNumber: '01', fingerprint: fingerprintOf(name) },
      ...{ validFrom: inDays(-3), validTo: inDays(727), keyType: 'rsa', keyBits: 3072, weaknesses: [] },
    },
    ...{ pem: '', signedBy: fingerprintOf('NORTHWIND 2025'), sameSubject: true, respondBy: inDays(5) },
    ...{ responseUrl: '', as2MessageId: `message-${id}`, fileId: '' },
    ...more,
  };
}

/** One that waits, one that is late and looks odd, and what was decided before. */
export const PROPOSALS: readonly CertificateProposalRecord[] = [
  proposal('proposal-1', 'NORTHWIND 2027'),
  proposal('proposal-2', 'HANSA NEW', {
    ...{ partnerId: 'hansa-werkzeuge', status: 'expired', sameSubject: false, uses: ['sign'] },
    respondBy: inDays(-1),
  }),
  proposal('proposal-3', 'NORTHWIND 2025', {
    ...{ status: 'accepted', createdAt: inDays(-700), decidedAt: inDays(-698), decidedBy: 'maria' },
    reason: 'Mr. Smith has read it out',
  }),
  proposal('proposal-4', 'TRADELANE 2027', {
    ...{ direction: 'outbound', status: 'rejected', as2MessageId: '', decidedAt: inDays(-1) },
    ...{ decidedBy: 'NORTHWIND', reason: 'Not before the holidays' },
  }),
];

export async function tellOfProposals(store: Store): Promise<void> {
  await store.commit(
    PROPOSALS.map((record) => ({ op: 'insert', collection: 'certificateProposals', record })),
  );
}

/** Decides as the gateway would, and notes what it was asked. */
export class ExchangeScene implements CertificateExchange {
  readonly asked: string[] = [];
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  accept(id: string, { reason, from }: { reason: string; from?: string }) {
    this.asked.push(`accept ${id} ${from ?? 'now'}: ${reason}`);
    return this.#decide(id, { status: 'accepted', reason, activeFrom: from ?? NOW });
  }

  reject(id: string, reason: string) {
    this.asked.push(`reject ${id}: ${reason}`);
    return this.#decide(id, { status: 'rejected', reason });
  }

  withdraw(id: string, reason: string) {
    this.asked.push(`withdraw ${id}: ${reason}`);
    return this.#decide(id, { status: 'withdrawn', reason });
  }

  propose({ partnerIds = [], fingerprint = '', respondBy }: Parameters<CertificateExchange['propose']>[0]) {
    this.asked.push(`propose ${fingerprint.slice(0, 5)} to ${partnerIds.join() || 'all'} by ${respondBy}`);
    return Promise.resolve(PROPOSALS.filter(({ direction }) => direction === 'outbound'));
  }

  async #decide(
    id: string,
    decision: Partial<CertificateProposalRecord>,
  ): Promise<CertificateProposalRecord> {
    const known = (await this.#store.get('certificateProposals', id))!;
    const record = { ...known, ...decision, decidedBy: 'maria', decidedAt: NOW };
    await this.#store.commit([{ op: 'update', collection: 'certificateProposals', record }]);
    return { ...record, revision: known.revision + 1 };
  }
}
