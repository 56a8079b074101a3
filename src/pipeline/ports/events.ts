import type { CloudEvent } from '../../tracking/cloud-event.ts';

/**
 * Brings business events to whoever subscribed. The batch comes in the order of publication, and again under the same key after
 * a failure: the receiver tells repeats by the events' ids. Throws GatewayError TRANSPORT_*.
 */
export interface EventSink {
  send(batch: { key: string; events: readonly CloudEvent[] }): Promise<void>;
}
