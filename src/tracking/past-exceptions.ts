import { effectiveQuantity, isRefusal } from './balance.ts';
import { closeExceptions } from './draft.ts';
import type { Draft } from './draft.ts';
import { linesMissing } from './despatch/missing.ts';
import type { LineState, OpenException, Slice } from './model.ts';
import { isOtherItem } from './order-diff.ts';
import { add, compare } from './quantity.ts';

/** Exceptions that describe something which is not so any more, whatever has changed it. */

interface Past {
  isPast: (draft: Draft, open: OpenException) => boolean;
  reason: string;
}

/** It is about a part of a line, and the line has no such part any more. */
function without(test: (slice: Slice) => boolean): Past['isPast'] {
  return ({ state }, { lineId }) => lineOf(state.lines, lineId)?.slices.some(test) === false;
}

function lineOf(lines: readonly LineState[], lineId: string | undefined): LineState | undefined {
  return lineId === undefined ? undefined : lines.find(({ id }) => id === lineId);
}

function isProposal(slice: Slice): boolean {
  return slice.state === 'PROPOSED' && !isRefusal(slice);
}

function isTakenBack(slice: Slice): boolean {
  return slice.state === 'PROPOSED' && isRefusal(slice);
}

const DECIDED: Past = { isPast: without(isProposal), reason: 'Nothing is proposed for the line any more.' };

const PAST: Readonly<Record<string, Past>> = {
  CHANGE_PROPOSED: DECIDED,
  OVER_CONFIRMED: DECIDED,
  SUSPICIOUS_PRICE: DECIDED,
  REMAINDER_UNSTATED: {
    isPast: without(({ state }) => state === 'OPEN'),
    reason: 'What becomes of the rest is known.',
  },
  BACKORDER_NO_DATE: {
    isPast: without(({ state, date }) => state === 'BACKORDERED' && date === undefined),
    reason: 'Nothing is backordered without a date any more.',
  },
  BACKORDER_WAIT_EXCEEDED: {
    isPast: without(({ state }) => state === 'BACKORDERED'),
    reason: 'Nothing is backordered any more.',
  },
  HOLD_BY_SUPPLIER: {
    isPast: without(({ state }) => state === 'HOLD'),
    reason: 'Nothing is on hold any more.',
  },
  LINE_REJECTED: {
    isPast: without((slice) => slice.state === 'REJECTED' || isTakenBack(slice)),
    reason: 'Nothing of the line is refused any more.',
  },
  SUPPLIER_CANCELLED: {
    // With a subject it says that there was nothing left to cancel.
    isPast: ({ state }, { subject }) =>
      subject === undefined && !state.lines.some(({ slices }) => slices.some(isTakenBack)),
    reason: 'The supplier does not want to cancel anything any more.',
  },
  CHANGE_FROZEN: {
    isPast: ({ state }) => state.waitingOrder === undefined,
    reason: 'No change waits any more.',
  },
  ASN_MISSING: {
    // What stands while a proposal or change is undecided is as missing as before.
    isPast: ({ state, ...draft }) => {
      const date = state.despatchCheckedThrough;
      const lines = state.lines.map((line) => ({ ...line, slices: line.standing ?? line.slices }));
      return date !== undefined && linesMissing({ ...draft, state: { ...state, lines } }, date).length === 0;
    },
    reason: 'Nothing that was to ship by now is missing any more.',
  },
  OVER_SHIP_ANNOUNCED: {
    isPast: ({ state }, { lineId }) => {
      const line = lineOf(state.lines, lineId);
      return line !== undefined && compare(line.announced, effectiveQuantity(line)) <= 0;
    },
    reason: 'No more is announced than is expected.',
  },
  OVER_RECEIVED: {
    isPast: ({ state }, { lineId }) => {
      const line = lineOf(state.lines, lineId);
      return (
        line !== undefined && compare(line.received, add(effectiveQuantity(line), line.overAccepted)) <= 0
      );
    },
    reason: 'No more has been received than is expected.',
  },
  UNAPPROVED_SUBSTITUTE: {
    isPast: ({ state }, { lineId, subject }) => {
      const line = lineOf(state.lines, lineId);
      const offered = line?.offeredSubstitutes?.find(({ shipmentId }) => shipmentId === subject);
      return (
        line !== undefined && offered !== undefined && line.slices.some((slice) => agreesTo(slice, offered))
      );
    },
    reason: 'The substitute is agreed.',
  },
};

function agreesTo({ item, state }: Slice, offered: { item: Slice['item'] & object }): boolean {
  return item !== undefined && state !== 'PROPOSED' && !isOtherItem(item, offered.item);
}

/** Closes what is past. What this same decision has opened stays. */
export function settlePast(draft: Draft): void {
  for (const type of new Set(draft.state.exceptions.map((open) => open.type))) {
    const past = Object.hasOwn(PAST, type) ? PAST[type] : undefined;
    if (past === undefined) continue;
    closeExceptions(draft, (open) => open.type === type && past.isPast(draft, open), past.reason);
  }
}
