import type { Association } from './association.ts';
import { recordCheck } from './context.ts';
import type { Context } from './context.ts';
import type { Share } from './division.ts';
import { itemText } from './identifiers.ts';
import { unapprovedFactor } from './line-reading.ts';
import type { LineProblem, ReadLine } from './line-reading.ts';
import { compare, ONE_RATIO, ratioText } from './ratio.ts';

/** M9: the same item, or an accepted substitute. */
export function checkItem(
  context: Context,
  read: ReadLine,
  association: Association,
  problems: LineProblem[],
): void {
  const ordered = association.candidates[0]?.item;
  const failed = association.itemProblem !== undefined;
  recordCheck(context, 'M9', read.number, {
    formula: 'same item, or an accepted substitute',
    left: itemText(read.line.item),
    ...(ordered === undefined ? {} : { right: itemText(ordered) }),
    ...(failed
      ? {
          result: 'failed',
          code: 'ITEM_MISMATCH',
          text: `Line ${read.number}: ${association.itemProblem ?? ''}`,
        }
      : {}),
  });
  if (failed) problems.push({ code: 'ITEM_MISMATCH', text: '' });
}

/** M8: units convert by an exact, approved factor: invoiced to ordered, invoiced to priced, received to ordered. */
export function checkUnit(
  context: Context,
  read: ReadLine,
  shares: readonly Share[],
  problems: LineProblem[],
): void {
  const from = read.line.quantity.unit;
  const found: LineProblem[] = read.problems.filter(({ code }) => code === 'UOM_CONVERSION_MISSING');
  for (const { entry, factor, unapproved } of shares) {
    const to = entry.line.unit ?? '';
    if (factor === undefined) {
      found.push({
        code: 'UOM_CONVERSION_MISSING',
        text: `Line ${read.number}: invoiced in ${from ?? '?'}, ordered in ${to}: no exact factor between them is on file for ${itemText(entry.line.item)}.`,
      });
    }
    if (unapproved !== undefined) found.push(unapprovedFactor(read.number, unapproved));
    if (entry.unreadReceipts.length > 0) {
      found.push({
        code: 'UOM_CONVERSION_MISSING',
        text: `Line ${read.number}: receipts ${entry.unreadReceipts.join(', ')} cannot be converted to ${to}.`,
      });
    }
  }
  for (const problem of found) if (!problems.includes(problem)) problems.push(problem);
  const factor = shares[0]?.factor;
  recordCheck(context, 'M8', read.number, {
    formula: 'units convert by an exact, approved factor',
    ...(from === undefined ? {} : { left: from }),
    ...(shares[0]?.entry.line.unit === undefined ? {} : { right: shares[0].entry.line.unit }),
    ...(factor === undefined || compare(factor, ONE_RATIO) === 0 ? {} : { difference: ratioText(factor) }),
    ...(found.length === 0
      ? {}
      : {
          result: 'failed',
          code: 'UOM_CONVERSION_MISSING',
          text: found.map(({ text }) => text).join(' '),
        }),
  });
}
