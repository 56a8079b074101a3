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
      message: `${path === '' ? 'The document' : path}${describe(issue, valueAt(value, issue.path))}`,
      place: { path },
    };
  });
  return { findings };
}

/** What is wrong there, with what was found where it can be shown. */
function describe(issue: z.core.$ZodIssue, found: unknown): string {
  if (found === undefined && issue.path.length > 0) return ` is missing: ${expectedBy(issue)}`;
  if (typeof found === 'string') return ` is "${shorten(found)}": ${issue.message}`;
  return `: ${issue.message}`;
}

/** How the schema calls what it expects, in the words of a document. */
const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  object: 'a group of fields',
  array: 'a list',
};

function expectedBy(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return `expected ${KINDS[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_value') return `expected ${issue.values.map(String).join(', ')}`;
  return issue.message;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (found, key) =>
      typeof found === 'object' && found !== null ? (found as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );
}

/** A document may come from anywhere: what is shown of it stays short. */
const SHOWN = 80;

function shorten(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text;
}
