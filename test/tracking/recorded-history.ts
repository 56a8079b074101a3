import type { OrderEventRecord } from '../../src/pipeline/orders/order-records.ts';
import type { OrderState } from '../../src/tracking/model.ts';

/** One order as an earlier version of the program decided it: what came, what was concluded, and where it led. */
export interface RecordedHistory {
  /** What happened, in words. */
  title: string;
  partnerId: string;
  events: Pick<OrderEventRecord, 'at' | 'policyVersion' | 'event' | 'facts' | 'explanations'>[];
  state: OrderState;
}
