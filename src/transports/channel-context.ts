import type { Logger } from '../common/log.ts';
import type { Clock } from '../common/time.ts';
import type { Secrets } from '../pipeline/ports/secrets.ts';
import type { Store } from '../pipeline/ports/store.ts';
import type { As2Station } from './as2/station.ts';

/** What every transport may need besides its settings (which hold the channel's name). */
export interface ChannelContext {
  partnerId: string;
  /** Folder that holds inbox/ and outbox/. */
  root: string;
  /** Folder of the gateway's own data; a transport keeps files below `<dataFolder>/<its type>/`. */
  dataFolder: string;
  clock: Clock;
  secrets: Secrets;
  logger: Logger;
  /** For what must survive the process: messages under way, pickups that were seen. */
  store: Store;
  /** Has the channel looked into at once: for a transport that knows when a file has arrived. */
  pollNow: () => void;
  /** Our AS2 station, where company.yaml has one. */
  as2?: As2Station;
  /** Where our SFTP server for mailboxes listens; port 0 is not known yet. */
  mailboxServer?: () => { host: string; port: number };
}
