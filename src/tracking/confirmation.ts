import type { LocalDate } from '../common/time.ts';
import { balanceOf, isConfirmed } from './balance.ts';
import { effectKey, emit } from './draft.ts';
import type { Draft } from './draft.ts';
import type { ConfirmedLine, LineState, Slice } from './model.ts';

/** Only what is agreed may reach the ERP: never PROPOSED, HOLD or PENDING (invariant i of 5.3.2). */
function isAgreed(slice: Slice): boolean {
  return isConfirmed(slice) || slice.state === 'BACKORDERED' || slice.state === 'CANCELLED';
}

/** What is agreed of a line, for the ERP. */
export function confirmedLine(line: LineState, writeBack: ConfirmedLine['writeBack']): ConfirmedLine {
  const { ordered, confirmed, backordered, rejected, cancelled } = balanceOf(line);
  let earliest: LocalDate | undefined;
  let latest: LocalDate | undefined;
  for (const { state, date } of line.slices) {
    if (date === undefined || (state !== 'CONFIRMED' && state !== 'CONFIRMED_CHANGED')) continue;
    if (earliest === undefined || date < earliest) earliest = date;
    if (latest === undefined || date > latest) latest = date;
  }
  const slices = line.slices.filter(isAgreed);
  const { id: lineId } = line;
  const written: ConfirmedLine = {
    lineId,
    ordered,
    confirmed,
    backordered,
    rejected,
    cancelled,
    slices,
    writeBack,
  };
  if (earliest !== undefined) written.earliestDate = earliest;
  if (latest !== undefined) written.latestDate = latest;
  return written;
}

/** Writes the agreed values of lines back. Lines whose earlier agreement still stands are left alone. */
export function writeConfirmations(draft: Draft, lineIds: readonly string[]): void {
  const wanted = new Set(lineIds);
  const lines: ConfirmedLine[] = [];
  for (const line of draft.state.lines) {
    if (line.standing !== undefined || !wanted.has(line.id)) continue;
    if (line.slices.some((slice) => isConfirmed(slice) || slice.state === 'BACKORDERED')) {
      lines.push(confirmedLine(line, draft.policy.writeBack));
    }
  }
  if (lines.length === 0) return;
  const key = effectKey(draft, 'writeErp', 'confirmations');
  emit(draft, { kind: 'writeErp', key, operation: 'confirmations', payload: { lines } });
}
