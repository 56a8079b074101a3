import * as z from 'zod';
import type { Finding } from '../common/finding.ts';
import { applicationAdvice } from './application-advice.ts';
import { despatchAdvice } from './despatch-advice.ts';
import { creditNote, invoice } from './invoice.ts';
import { order, orderChange } from './order.ts';
import { orderResponse } from './order-response.ts';
import { receiptAdvice } from './receipt-advice.ts';

/** Every canonical document, told apart by `documentType`. */
export const document = z.discriminatedUnion('documentType', [
  order,
  orderChange,
  orderResponse,
  despatchAdvice,
  receiptAdvice,
  invoice,
  creditNote,
  applicationAdvice,
]);

export type Document = z.infer<typeof document>;
export type DocumentType = Document['documentType'];

export const DOCUMENT_SCHEMAS = {
  order,
  orderChange,
  orderResponse,
  despatchAdvice,
  receiptAdvice,
  invoice,
  creditNote,
  applicationAdvice,
} as const satisfies Record<DocumentType, z.ZodType>;

/** Checks a value against the canonical model; what is wrong is told as findings with the path in the document. */
export function checkDocument(
  value: unknown,
): { document: Document; findings: [] } | { document?: never; findings: Finding[] } {
  const result = document.safeParse(value);
  if (result.success) return { document: result.data, findings: [] };
  const findings = result.error.issues.map((issue): Finding => {
    const path = issue.path.reduce<string>(
      (text, key) =>
        typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`,
      '',
    );
    return {
      code: 'DOCUMENT_INVALID',
      severity: 'error',
      message: `${path === '' ? 'The document' : path}: ${issue.message}`,
      place: { path },
    };
  });
  return { findings };
}
