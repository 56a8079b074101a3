import type { UnitOfWork } from '../../../pipeline/unit-of-work.ts';
import type { Arrival } from '../arrival.ts';
import type { Refusal } from '../refusal.ts';
import { keepRequest } from './keep-request.ts';
import { keepResponse } from './keep-response.ts';
import type { SignedExchange } from './open-exchange.ts';

/** Keeps what a message proposes or answers, in the commit of the message; or why nothing of it is taken. */
export function keepExchange(
  unit: UnitOfWork,
  arrival: Arrival,
  exchange: SignedExchange,
): Promise<Refusal | undefined> {
  const { message } = exchange;
  return message.kind === 'request'
    ? keepRequest(unit, arrival, { ...exchange, message })
    : keepResponse(unit, arrival, message);
}
