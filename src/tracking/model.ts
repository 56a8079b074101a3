/** The words of tracking: what happens to an order, what it is, what follows from an event. */
export type * from './decision.ts';
export type { Fact } from './facts.ts';
export type * from './order-events.ts';
export type * from './order-state.ts';
