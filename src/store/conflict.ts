import { GatewayError } from '../common/errors.ts';

/** The error of an insert that came second, or of an update on a record that changed or went. */
export function conflict(collection: string, id: string, reason: 'exists' | 'changed'): GatewayError {
  const what =
    reason === 'exists'
      ? 'exists already'
      : 'was changed by someone else or is gone; read it again and decide again';
  return new GatewayError('CONFLICT', `${collection}/${id} ${what}.`, { details: { collection, id } });
}
