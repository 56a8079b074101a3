import * as z from 'zod';
import { GatewayError } from '../common/errors.ts';
import type { Finding } from '../common/finding.ts';
import { checkDocument } from '../documents/document.ts';
import type { Actor } from '../pipeline/actor.ts';
import type { Gateway } from '../pipeline/gateway.ts';

export type ErpGateway = Pick<
  Gateway,
  'releaseOrder' | 'changeOrder' | 'cancelOrder' | 'receiveGoods' | 'saveMasterData'
>;

const ERP: Actor = { name: 'erp', roles: ['erp'] };

const masterData = z.strictObject({
  documentType: z.literal('masterData'),
  entries: z
    .array(
      z.strictObject({
        kind: z.enum(['item', 'supplier', 'location', 'exchangeRate']),
        key: z.string().min(1),
        data: z.record(z.string(), z.unknown()),
      }),
    )
    .min(1),
});

/**
 * Hands one file of the ERP to the gateway: an order, orderChange or receiptAdvice of the canonical model, master data
 * (`{ documentType: "masterData", entries }`), or a list of them, applied in its order. Throws what the use cases throw;
 * INVALID_REQUEST with details.findings for a file that is none of these. Handing the same file over again is harmless.
 */
export async function receiveErpFile(gateway: ErpGateway, bytes: Uint8Array): Promise<void> {
  const content = parseJson(bytes);
  const messages: unknown[] = Array.isArray(content) ? content : [content];
  for (const [index, message] of messages.entries()) {
    try {
      await apply(gateway, message);
    } catch (error) {
      if (messages.length === 1 || !(error instanceof GatewayError)) throw error;
      throw new GatewayError(
        error.code,
        `Message ${index + 1} of ${messages.length}: ${error.message} The messages before it were applied.`,
        { cause: error, details: error.details, retryable: error.retryable },
      );
    }
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalid(`The file is not JSON in UTF-8: ${reason}`, [], error);
  }
}

async function apply(gateway: ErpGateway, message: unknown): Promise<void> {
  const documentType =
    typeof message === 'object' && message !== null && 'documentType' in message
      ? message.documentType
      : undefined;
  if (documentType === 'masterData') {
    await applyMasterData(gateway, message);
    return;
  }
  const { document, findings } = checkDocument(message);
  if (document === undefined) {
    throw invalid(findings.map((finding) => finding.message).join(' '), findings);
  }
  switch (document.documentType) {
    case 'order':
      await gateway.releaseOrder(document, ERP);
      return;
    case 'orderChange':
      await gateway.changeOrder(document, ERP);
      return;
    case 'receiptAdvice':
      await gateway.receiveGoods(document, ERP);
      return;
    default:
      throw invalid(
        `The ERP does not send a document of type ${document.documentType}; expected order, orderChange, receiptAdvice or masterData.`,
        [],
      );
  }
}

async function applyMasterData(gateway: ErpGateway, message: unknown): Promise<void> {
  const result = masterData.safeParse(message);
  if (!result.success) throw invalid(z.prettifyError(result.error), []);
  await gateway.saveMasterData(result.data.entries, ERP);
}

function invalid(message: string, findings: readonly Finding[], cause?: unknown): GatewayError {
  return new GatewayError('INVALID_REQUEST', message, { details: { findings }, cause });
}
