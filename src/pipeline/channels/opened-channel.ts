import type { ChannelSettings } from '../../partners/channel-schema.ts';
import type { Channel, ChannelReport } from '../ports/transport.ts';

/** A channel as this process has it open. */
export interface OpenedChannel {
  channel: Channel;
  settings: ChannelSettings;
  report: () => ChannelReport;
  /** Counts a file that has come in by it. */
  countReceived: (bytes: number) => void;
}
