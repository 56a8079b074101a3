import { dec } from '../../common/decimal.ts';
import type { Company } from '../../partners/company-schema.ts';
import type { RepeatItem } from './repeat-model.ts';

const AT_MOST = 100;
const SECOND_PERSON_ITEMS = 20;

/** company.yaml: `repeat`, with what holds where nothing is said. */
export function repeatRules({ repeat }: Company) {
  return {
    atMost: repeat.atMost ?? AT_MOST,
    secondPersonItems: repeat.secondPersonItems ?? SECOND_PERSON_ITEMS,
    secondPersonAbove: repeat.secondPersonAbove,
  };
}

/** Why two people have to agree; undefined where one is enough. */
export function secondPersonFor(company: Company, items: readonly RepeatItem[]): string | undefined {
  const { secondPersonItems, secondPersonAbove } = repeatRules(company);
  if (items.length > secondPersonItems)
    return `${items.length} at once; more than ${secondPersonItems} need two people`;
  if (secondPersonAbove === undefined) return undefined;
  const large = items.find(
    ({ outcome, amount }) =>
      outcome === 'possible' && (amount === undefined || dec(amount).gt(secondPersonAbove)),
  );
  if (large === undefined) return undefined;
  const worth = large.amount === undefined ? 'of unknown value' : `worth ${large.amount} ${company.currency}`;
  return `${large.name} is ${worth}; above ${secondPersonAbove} ${company.currency} two people have to agree`;
}
