import type { Clock } from '../common/time.ts';
import type { Logger } from '../common/log.ts';
import type { PartnerSet } from '../partners/partner-set.ts';
import type { TrackingPolicy } from '../tracking/policy.ts';
import type { MapLibrary } from './map-library.ts';
import type { IdSource } from './ports/clock.ts';
import type { Store } from './ports/store.ts';

/** What every use case works with. Built once, in the composition root. */
export interface PipelineContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly partners: PartnerSet;
  readonly maps: MapLibrary;
  /** The policy in force for a partner's orders. */
  readonly policyOf: (partnerId: string) => TrackingPolicy;
  /** Tells the workers that there is work; called after commits only. */
  readonly wake: () => void;
  /** Files up to this size are processed as a whole, larger ones piece by piece. */
  readonly wholeFileBytes?: number;
  /** Counts a file that was taken in, by whatever way; called after commits only. */
  readonly onReceived?: (file: { partnerId: string; channelName?: string; sizeBytes: number }) => void;
}
