import type { ListenerOptions } from './listener.ts';
import { As2Listener } from './listener.ts';
import { chaseReceipts } from './overdue-receipts.ts';
import type { As2Station } from './station.ts';
import { watchCertificates } from './watch-certificates.ts';

const MINUTE_MS = 60_000;

type Jobs = Record<string, readonly [intervalMs: number, run: () => Promise<unknown>]>;

/** What AS2 has to have done from time to time, by name: for the scheduler. */
export function as2Jobs(station: As2Station | undefined): Jobs {
  if (station === undefined || station.agreements.length === 0) return {};
  return {
    'as2-overdue-receipts': [MINUTE_MS, () => chaseReceipts(station)],
    'as2-certificates': [60 * MINUTE_MS, () => watchCertificates(station)],
  };
}

/** Listens for partners where there is one with an AS2 channel. Throws PORT_IN_USE, CERTIFICATE_*, SECRET_*. */
export async function startListener(
  station: As2Station | undefined,
  options: ListenerOptions,
): Promise<As2Listener | undefined> {
  if (station === undefined || station.agreements.length === 0) return undefined;
  return As2Listener.start(station, options);
}
