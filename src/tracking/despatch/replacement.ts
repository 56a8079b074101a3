import { explain, raise } from '../draft.ts';
import type { Draft } from '../draft.ts';
import type { DespatchAdviceReceived, OrderState, Shipment } from '../model.ts';

/** Check 4, and the rule that nothing changes once the receipt has begun. False: the advice is not applied. */
export function replaces(draft: Draft, event: DespatchAdviceReceived, known: Shipment): boolean {
  const { id, purpose } = event.document;
  if (known.ref.contentHash === event.documentRef.contentHash) {
    explain(draft, {
      rule: '5.5 check 4',
      code: 'DUPLICATE_DESPATCH_ADVICE',
      text: `Shipment ${id} is known already: nothing changes.`,
    });
    return false;
  }
  const overtaker = draft.state.shipments.find((each) => each.id === id && each.overtook === true);
  if (purpose === 'original' && overtaker !== undefined) {
    draft.state.shipments = draft.state.shipments.map((each) => (each === overtaker ? arrived(each) : each));
    explain(draft, {
      rule: '5.5 check 4',
      code: 'ASN_OVERTAKEN',
      text: `The first advice of shipment ${id} comes after what ${overtaker.status === 'cancelled' ? 'cancels' : 'replaces'} it: nothing changes.`,
    });
    return false;
  }
  if (purpose === 'original') {
    raise(draft, 'ASN_ID_REUSED', {
      subject: id,
      documentId: event.documentRef.documentId,
      detail: `Shipment number ${id} was used before for other content. The new advice was not applied; ask for a replacement or another number.`,
    });
    return false;
  }
  if (isReceiptBegun(draft.state, known)) {
    raise(draft, 'ASN_CHANGE_AFTER_RECEIPT', {
      subject: id,
      documentId: event.documentRef.documentId,
      detail: `Shipment ${id} is ${purpose === 'replace' ? 'replaced' : 'cancelled'} after its receipt has begun. It was not applied: what was counted stands.`,
    });
    return false;
  }
  return true;
}

/** The advice that it had overtaken is here: another one under this number is another shipment. */
function arrived(shipment: Shipment): Shipment {
  const known = { ...shipment };
  delete known.overtook;
  return known;
}

function isReceiptBegun(state: OrderState, shipment: Shipment): boolean {
  return state.receipts.some(
    (receipt) =>
      receipt.shipmentId === shipment.id ||
      (receipt.shipmentId === undefined &&
        receipt.receivedAt >= shipment.receivedAt &&
        receipt.lines.some(({ lineId }) => shipment.lines.some((line) => line.lineId === lineId))),
  );
}
