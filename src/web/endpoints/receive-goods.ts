import { receiptAdvice } from '../../documents/receipt-advice.ts';
import { endpoint } from '../endpoint.ts';
import { accepted } from '../schemas/page.ts';

export const receiveGoods = endpoint({
  method: 'post',
  path: '/api/receipts',
  operationId: 'receiveGoods',
  tag: 'Orders',
  summary:
    'Books what the warehouse counted; held invoices are matched again. The same receipt again changes nothing',
  role: 'operator',
  body: receiptAdvice,
  answer: accepted,
  handle: ({ gateway, actor }, { body }) => gateway.receiveGoods(body, actor),
});
