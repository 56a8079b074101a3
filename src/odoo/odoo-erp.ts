import { GatewayError } from '../common/errors.ts';
import type { Erp, ErpCommand } from '../pipeline/ports/erp.ts';
import type { OdooConnection } from './client/odoo-connection.ts';
import { writeBill } from './write/write-bill.ts';
import { writeCancellation } from './write/write-cancellation.ts';
import { writeConfirmations } from './write/write-confirmations.ts';
import type { WriteContext } from './write/write-context.ts';
import { writeDespatchAdvice } from './write/write-despatch-advice.ts';
import { writeClaim, writeNote } from './write/write-note.ts';
import { writeReversal } from './write/write-reversal.ts';

export interface OdooErpOptions extends Omit<WriteContext, 'client'> {
  connection: Pick<OdooConnection, 'client'>;
}

const WRITERS: Readonly<
  Record<ErpCommand['kind'], (context: WriteContext, command: ErpCommand) => Promise<string>>
> = {
  confirmations: writeConfirmations,
  despatchAdvice: writeDespatchAdvice,
  invoice: writeBill,
  creditNote: writeBill,
  invoiceReversal: writeReversal,
  claim: writeClaim,
  cancellation: writeCancellation,
  note: writeNote,
};

/**
 * Odoo 14 to 19 by its external API, without an add-on. Every command can be carried out again: what it has made is found by
 * an external id, what it has set is compared first. Throws GatewayError ODOO_*.
 */
export class OdooErp implements Erp {
  readonly kind = 'odoo';
  readonly #options: OdooErpOptions;

  constructor(options: OdooErpOptions) {
    this.#options = options;
  }

  async write(command: ErpCommand): Promise<{ reference: string }> {
    const { connection, ...rest } = this.#options;
    try {
      const client = await connection.client();
      return { reference: await WRITERS[command.kind]({ ...rest, client }, command) };
    } catch (error) {
      throw error instanceof GatewayError ? named(error, command) : error;
    }
  }
}

/** While Odoo is away nothing is given up, however long that is; soon after its return what has piled up is written. */
const AWAY_PAUSE_MS = 120_000;

/** What was to be done comes first: people read it in the exception. */
function named(error: GatewayError, { kind, orderIds }: ErpCommand): GatewayError {
  const what = `${WORDS[kind]}${orderIds.length === 0 ? '' : ` of order ${orderIds.join(', ')}`}`;
  const { code, retryable, details, message } = error;
  // A call that Odoo may have begun counts as an attempt: one that brings Odoo down must not be made for ever.
  const away = code === 'ODOO_UNAVAILABLE' && details['outcome'] === 'none';
  const pause = away ? { retryAfterMs: AWAY_PAUSE_MS } : {};
  return new GatewayError(code, `${what}: ${message}`, {
    cause: error,
    retryable,
    details: { ...pause, ...details },
  });
}

const WORDS: Readonly<Record<ErpCommand['kind'], string>> = {
  confirmations: 'Confirmation',
  despatchAdvice: 'Despatch advice',
  invoice: 'Vendor bill',
  creditNote: 'Vendor refund',
  invoiceReversal: 'Reversal of a bill',
  claim: 'Claim',
  cancellation: 'Cancellation',
  note: 'Note',
};
