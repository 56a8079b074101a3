import { ANSWERS } from './answers.ts';
import { FULFILMENT } from './fulfilment.ts';
import { INVOICES } from './invoices.ts';
import { LATER_ANSWERS } from './later-answers.ts';
import { SYNTAX } from './syntax.ts';
import type { Scenario } from './scenario.ts';

/** Every case that is played on the whole gateway, by number. */
export const SCENARIOS: readonly Scenario[] = [
  ...ANSWERS,
  ...LATER_ANSWERS,
  ...SYNTAX,
  ...FULFILMENT,
  ...INVOICES,
].sort((left, right) => left.number - right.number);
