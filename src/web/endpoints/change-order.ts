import { GatewayError } from '../../common/errors.ts';
import { orderChange } from '../../documents/order.ts';
import { endpoint } from '../endpoint.ts';
import { accepted, idParams } from '../schemas/page.ts';

export const changeOrder = endpoint({
  method: 'post',
  path: '/api/orders/:id/changes',
  operationId: 'changeOrder',
  tag: 'Orders',
  summary: 'Changes an order that was released; the same change again changes nothing',
  role: 'operator',
  params: idParams,
  body: orderChange,
  answer: accepted,
  handle({ gateway, actor }, { params, body }) {
    if (body.id !== params.id) {
      throw new GatewayError(
        'INVALID_REQUEST',
        `The address names order "${params.id}" and the body order "${body.id}".`,
      );
    }
    return gateway.changeOrder(body, actor);
  },
});
