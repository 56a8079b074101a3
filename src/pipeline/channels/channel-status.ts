import type { Instant } from '../../common/time.ts';
import type { ChannelReport } from '../ports/transport.ts';

/** A partner's channel with its settings and its state in this process. */
export interface ChannelStatus {
  partnerId: string;
  name: string;
  type: string;
  receive: boolean;
  send: boolean;
  /** Document types that go out by it; absent = all. */
  documents?: string[];
  /** Seconds from one look into it to the next, where nothing is wrong. */
  pollSeconds: number;
  /** `off`: disabled, or its partner is suspended. `failing`: the last poll failed, or the circuit is not closed. */
  state: 'off' | 'failing' | 'quiet' | 'working';
  quietUntil?: Instant;
  polling: boolean;
  /** Polls that failed since the last that worked. */
  failuresInARow: number;
  nextPollAt?: Instant;
  /** Absent where it is off. */
  report?: ChannelReport;
}
