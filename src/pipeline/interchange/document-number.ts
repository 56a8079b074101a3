import type { Document } from '../../documents/document.ts';

/** The business number that people call a document by; an order response without one goes by its order's. */
export function numberOf(document: Document): string {
  return document.documentType === 'orderResponse' ? (document.id ?? document.orderId) : document.id;
}

/** The orders that a document speaks of, as the partner writes them. */
export function orderIdsOf(document: Document): string[] {
  switch (document.documentType) {
    case 'order':
    case 'orderChange':
      return [document.id];
    case 'orderResponse':
      return [document.orderId];
    case 'despatchAdvice':
    case 'receiptAdvice':
      return [...new Set(document.lines.map((line) => line.orderId))];
    case 'invoice':
    case 'creditNote': {
      const ids = [document.orderId, ...document.lines.map((line) => line.orderId)];
      return [...new Set(ids.filter((id) => id !== undefined))];
    }
    case 'applicationAdvice': {
      const { documentType, id, orderId } = document.regarding;
      const isOrder = documentType === 'order' || documentType === 'orderChange';
      return orderId === undefined ? (isOrder ? [id] : []) : [orderId];
    }
  }
}
