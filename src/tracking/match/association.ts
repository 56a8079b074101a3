import type { InvoiceLine } from '../../documents/invoice.ts';
import type { Item } from '../../documents/primitives.ts';
import type { DespatchFact, MatchInput, OrderFact, OrderLineFact, SubstitutionFact } from './facts.ts';
import {
  compareItems,
  itemText,
  lineKey,
  plainGtin,
  plainId,
  plainLineId,
  plainOrderId,
} from './identifiers.ts';
import type { AssociationMethod } from './model.ts';

/** Which order lines a document line may mean; quantities are divided over several ones later. */
export interface Association {
  order?: OrderFact;
  candidates: OrderLineFact[];
  method: AssociationMethod;
  /** The item differs from the order line's and no accepted substitution explains it. */
  itemProblem?: string;
  problem?: { code: 'UNKNOWN_PO' | 'UNKNOWN_LINE'; text: string };
  suggestions: string[];
  /** How the choice was narrowed, where it was not the only one. */
  note?: string;
}

interface OrderIndex {
  order: OrderFact;
  byLineId: Map<string, OrderLineFact>;
  byBuyerItem: Map<string, OrderLineFact[]>;
  bySellerItem: Map<string, OrderLineFact[]>;
  byGtin: Map<string, OrderLineFact[]>;
}

export interface Associator {
  associate(line: InvoiceLine, number: number): Association;
}

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function indexOrder(order: OrderFact): OrderIndex {
  const index: OrderIndex = {
    order,
    byLineId: new Map(),
    byBuyerItem: new Map(),
    bySellerItem: new Map(),
    byGtin: new Map(),
  };
  for (const line of order.lines) {
    index.byLineId.set(plainLineId(line.id), line);
    const { buyerId, sellerId, gtin } = line.item;
    if (buyerId !== undefined) add(index.byBuyerItem, plainId(buyerId), line);
    if (sellerId !== undefined) add(index.bySellerItem, plainId(sellerId), line);
    if (gtin !== undefined) add(index.byGtin, plainGtin(gtin), line);
  }
  return index;
}

const METHOD_WORDS: Readonly<Record<AssociationMethod, string>> = {
  orderLineId: 'order line',
  buyerItem: 'our item number',
  sellerItem: "the supplier's item number",
  gtin: 'GTIN',
  despatchAdvice: 'delivery note',
  substitution: 'substitution',
  none: 'nothing',
};

/** Finds order lines by the steps (a) to (f) of 5.9.2. */
export function buildAssociator(input: MatchInput): Associator {
  const habits = input.supplier.orderNumber;
  const orders = new Map<string, OrderIndex>();
  for (const order of input.orders) orders.set(plainOrderId(order.id, habits), indexOrder(order));
  const despatches = new Map<string, DespatchFact[]>();
  for (const despatch of input.despatches) add(despatches, plainId(despatch.id), despatch);
  const substitutions = new Map<string, SubstitutionFact[]>();
  for (const each of input.substitutions) add(substitutions, each.orderId, each);
  const { document } = input;

  function despatchLines(line: InvoiceLine): DespatchFact[] {
    const id = line.despatchAdviceId ?? document.despatchAdviceId;
    return id === undefined ? [] : (despatches.get(plainId(id)) ?? []);
  }

  function itemProblem(order: OrderFact, orderLine: OrderLineFact, item: Item): string | undefined {
    if (compareItems(orderLine.item, item) !== 'different') return undefined;
    const substitution = (substitutions.get(order.id) ?? []).find(
      (each) => each.orderLineId === orderLine.id && compareItems(each.item, item) === 'same',
    );
    if (substitution?.accepted === true) return undefined;
    const ordered = `${itemText(item)} is invoiced, ${itemText(orderLine.item)} is ordered`;
    return substitution === undefined ? ordered : `${ordered}; the substitution is not accepted`;
  }

  function found(
    index: OrderIndex,
    lines: readonly OrderLineFact[],
    method: AssociationMethod,
    line: InvoiceLine,
  ): Association {
    const first = lines[0];
    const problem = first && itemProblem(index.order, first, line.item);
    const narrowed = narrow(index.order, lines, line);
    return {
      order: index.order,
      candidates: narrowed.lines,
      method,
      suggestions: [],
      ...(problem === undefined ? {} : { itemProblem: problem }),
      ...(narrowed.note === undefined ? {} : { note: narrowed.note }),
    };
  }

  /** Several lines of one item: those of the delivery note, where one is named. */
  function narrow(order: OrderFact, lines: readonly OrderLineFact[], line: InvoiceLine) {
    if (lines.length < 2) return { lines: [...lines] };
    const shipped = new Set(despatchLines(line).map((each) => lineKey(each.orderId, each.orderLineId)));
    const named = lines.filter((each) => shipped.has(lineKey(order.id, each.id)));
    const all = list(lines);
    return named.length > 0
      ? {
          lines: named,
          note: `lines ${all} have this item; the delivery note names ${list(named)}`,
        }
      : { lines: [...lines], note: `lines ${all} have this item; oldest receipt first` };
  }

  function inOrder(index: OrderIndex, line: InvoiceLine): Association | undefined {
    if (line.orderLineId !== undefined) {
      const exact = index.byLineId.get(plainLineId(line.orderLineId));
      if (exact !== undefined) return found(index, [exact], 'orderLineId', line);
    }
    const { buyerId, sellerId, gtin } = line.item;
    const byItem = [
      ['buyerItem', buyerId && index.byBuyerItem.get(plainId(buyerId))],
      ['sellerItem', sellerId && index.bySellerItem.get(plainId(sellerId))],
      ['gtin', gtin && index.byGtin.get(plainGtin(gtin))],
    ] as const;
    for (const [method, lines] of byItem) {
      if (lines !== undefined && lines !== '') return found(index, lines, method, line);
    }
    const substituted = (substitutions.get(index.order.id) ?? []).filter(
      ({ item }) => compareItems(item, line.item) === 'same',
    );
    const chosen = substituted.find(({ accepted }) => accepted) ?? substituted[0];
    const orderLine = chosen && index.byLineId.get(plainLineId(chosen.orderLineId));
    return orderLine && found(index, [orderLine], 'substitution', line);
  }

  function byDespatch(line: InvoiceLine): Association | undefined {
    const lines = despatchLines(line).flatMap((despatch) => {
      const index = orders.get(plainOrderId(despatch.orderId, habits));
      const orderLine = index?.byLineId.get(plainLineId(despatch.orderLineId));
      return index === undefined || orderLine === undefined ? [] : [{ index, orderLine, despatch }];
    });
    const same = lines.filter(
      ({ orderLine, despatch }) =>
        compareItems(despatch.item ?? orderLine.item, line.item) === 'same' ||
        (lines.length === 1 && compareItems(orderLine.item, line.item) === 'unknown'),
    );
    const first = same[0];
    if (first === undefined) return undefined;
    const ofOrder = same.filter(({ index }) => index === first.index).map(({ orderLine }) => orderLine);
    return found(first.index, ofOrder, 'despatchAdvice', line);
  }

  return {
    associate(line, number) {
      const orderId = line.orderId ?? document.orderId;
      const index = orderId === undefined ? undefined : orders.get(plainOrderId(orderId, habits));
      const association = (index && inOrder(index, line)) ?? byDespatch(line);
      if (association !== undefined) {
        if (association.candidates.length > 1 || association.note === undefined) return association;
        return { ...association, note: `${METHOD_WORDS[association.method]}: ${association.note}` };
      }
      const none = { candidates: [], method: 'none' as const, suggestions: [] };
      if (index === undefined) {
        const text =
          orderId === undefined
            ? `Line ${number}: names no order.`
            : `Line ${number}: order ${orderId} is not known.`;
        return { ...none, problem: { code: 'UNKNOWN_PO', text } };
      }
      const suggestions = suggest(index.order, line);
      const hint = suggestions.length === 0 ? '' : ` It may be ${suggestions.join(' or ')}.`;
      return {
        ...none,
        suggestions,
        problem: {
          code: 'UNKNOWN_LINE',
          text: `Line ${number}: no line of order ${index.order.id} has ${itemText(line.item)}.${hint}`,
        },
      };
    },
  };
}

function list(lines: readonly OrderLineFact[]): string {
  return lines.map(({ id }) => id).join(', ');
}

/** Step (f): lines that a person might mean, by words of the description, or by equal price and unit. Never used by itself. */
function suggest(order: OrderFact, line: InvoiceLine): string[] {
  const words = wordsOf(line.item.description);
  return order.lines
    .map((orderLine) => {
      const shared = wordsOf(orderLine.item.description).filter((word) => words.includes(word)).length;
      const samePrice =
        orderLine.price !== undefined &&
        orderLine.price.amount === line.price?.amount &&
        orderLine.unit === line.quantity.unit;
      return { orderLine, score: shared + (samePrice ? 1 : 0) };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, 3)
    .map(({ orderLine }) => `line ${orderLine.id} (${itemText(orderLine.item)})`);
}

function wordsOf(description: string | undefined): string[] {
  return (description ?? '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 2);
}
