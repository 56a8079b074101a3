import { withoutZeros } from '../../edi/control-number.ts';

/** Which of the interchanges that we sent a CONTRL or TA1 can answer. */
export function sentInterchangeKey(senderId: string, receiverId: string, controlNumber: string): string {
  return `sent|${senderId}>${receiverId}|${withoutZeros(controlNumber)}`;
}

/** Which of the groups that we sent a 997 can answer. */
export function sentGroupKey(
  sender: string,
  receiver: string,
  functionalId: string,
  controlNumber: string,
): string {
  return `sent|${sender}>${receiver}|${functionalId}|${withoutZeros(controlNumber)}`;
}
