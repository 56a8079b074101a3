import { ANSWERS } from './answers.ts';
import { FULFILMENT } from './fulfilment.ts';
import { INVOICES } from './invoices.ts';
import { SYNTAX } from './syntax.ts';
import type { Scenario } from './scenario.ts';

/** Every case that is played on the whole gateway, by number. */
export const SCENARIOS: readonly Scenario[] = [...ANSWERS, ...SYNTAX, ...FULFILMENT, ...INVOICES].sort(
  (left, right) => left.number - right.number,
);
