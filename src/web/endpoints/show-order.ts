import { showOrder as query } from '../../pipeline/queries/orders.ts';
import { endpoint } from '../endpoint.ts';
import { orderDetail } from '../schemas/order.ts';
import { idParams } from '../schemas/page.ts';
import { toDocumentRow } from '../views/document-row.ts';
import { toInvoiceRow } from '../views/invoice-row.ts';
import { toOrderRow } from '../views/order-row.ts';

export const showOrder = endpoint({
  method: 'get',
  path: '/api/orders/:id',
  operationId: 'showOrder',
  tag: 'Orders',
  summary:
    'Everything about one order: lines, promises, documents, exceptions, deadlines, invoices, and every event with its reasons',
  role: 'viewer',
  params: idParams,
  answer: orderDetail,
  async handle({ gateway }, { params }) {
    const { order, documents, invoices, ...rest } = await query(gateway, params.id);
    return {
      ...rest,
      order: toOrderRow(order),
      ...(order.state.order === undefined ? {} : { document: order.state.order }),
      documents: documents.map(toDocumentRow),
      invoices: invoices.map(toInvoiceRow),
    };
  },
});
