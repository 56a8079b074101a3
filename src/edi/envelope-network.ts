import type { EnvelopeContext } from './envelope-context.ts';
import { shorten } from './grammar/report.ts';
import type { SegmentSlice } from './token-table.ts';

/** What X12 (X12.56 and X12.5) has between ISA and the first GS for networks that carry interchanges. */
const REQUESTS: Readonly<Record<string, string>> = {
  ISB: 'asks the network for a grade of service',
  ISE: 'asks the network to deliver later',
};

/** TA303 (I43) of what arrived all the same: no error; time out, delivered; time out, processed. */
const DELIVERED: ReadonlySet<string> = new Set(['000', '029', '030']);

/** A TA3: what a network says about an interchange that it had to deliver. */
export interface DeliveryNotice {
  /** TA302. */
  network: string;
  /** TA303: `023` could not be passed on, `028` time out, not delivered. */
  reason: string;
  /** TA305, TA309 and TA311. */
  controlNumber: string;
  senderId: string;
  receiverId: string;
  delivered: boolean;
}

/** Reads a TA3 by its elements, the id first; undefined for any other segment. */
export function readDeliveryNotice(elements: readonly string[]): DeliveryNotice | undefined {
  const [id, , network = '', reason = '', , controlNumber = '', , , , senderId = '', , receiverId = ''] =
    elements;
  if (id !== 'TA3') return undefined;
  const parties = { senderId: senderId.trim(), receiverId: receiverId.trim() };
  return { network: network.trim(), reason, controlNumber, ...parties, delivered: DELIVERED.has(reason) };
}

/**
 * Segment `s`, before the first group: true when it is one of networks. They are no fault, and nothing here follows from ISB and ISE;
 * all of them are told, and a TA3 is kept with the answers to our interchanges.
 */
export function acceptNetworkSegment(slice: SegmentSlice, s: number, context: EnvelopeContext): boolean {
  const segmentId = slice.id(s);
  const place = { segmentId, range: slice.range(s) };
  const request = REQUESTS[segmentId];
  if (request !== undefined) {
    context.report('NETWORK_REQUEST_UNUSED', place, `${segmentId} ${request}: it is passed over.`);
    return true;
  }
  const elements = Array.from({ length: slice.elementCount(s) }, (_, i) => slice.value(s, i + 1));
  const notice = readDeliveryNotice([segmentId, ...elements]);
  if (notice === undefined) return false;
  context.interchange.interchangeAcknowledgments.push([segmentId, ...elements]);
  const { network, reason, controlNumber, senderId, receiverId, delivered } = notice;
  context.report(
    'DELIVERY_NOTICE',
    place,
    `Network ${shorten(network)} says that interchange ${shorten(controlNumber)} from ${shorten(senderId)} to ${shorten(receiverId)} was ` +
      `${delivered ? 'delivered' : 'not delivered'} (TA303 ${shorten(reason)}).`,
    { actual: reason },
  );
  return true;
}
