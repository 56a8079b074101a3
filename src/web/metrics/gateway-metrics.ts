import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { instantMs } from '../../common/calendar.ts';
import type { Instant } from '../../common/time.ts';
import type { ChannelStatus } from '../../pipeline/channels/channel-status.ts';
import type { ErpState } from '../../pipeline/ports/connected-erp.ts';
import type { Operations } from '../../pipeline/queries/operations.ts';

/** What the metrics are made of, as it is now. */
export interface Readings {
  now: Instant;
  build: { version: string; store: 'sqlite' | 'mongodb'; roles: readonly string[] };
  /** Undefined where the store does not answer. */
  operations: Operations | undefined;
  /** How often the client of the store had to be replaced. */
  storeReplaced: number;
  /** With their state in this process. */
  channels: readonly ChannelStatus[];
  erp: { kind: string; state: ErpState } | undefined;
  /** Of the disk that holds the data folder, in bytes; undefined where it cannot be asked. */
  disk: { free: number; size: number } | undefined;
}

type Values = readonly (readonly [labels: Record<string, string>, value: number])[];

/**
 * The metrics of a gateway in the text format of Prometheus. Those that begin with `tradelane_` are made of the readings alone;
 * `process_` and `nodejs_` are those of prom-client.
 */
export class GatewayMetrics {
  readonly #registry = new Registry();
  #readings: Readings | undefined;

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
    this.#declareProcess();
    this.#declareWork();
    this.#declareChannels();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  async write(readings: Readings): Promise<string> {
    this.#readings = readings;
    return this.#registry.metrics();
  }

  #declareProcess(): void {
    this.#gauge(
      'build_info',
      'Release, store and roles of this process; always 1.',
      ['version', 'store', 'roles'],
      {
        values: ({ build: { version, store, roles } }) => [[{ version, store, roles: roles.join(',') }, 1]],
      },
    );
    this.#gauge(
      'store_up',
      '1 where the store answers; the metrics that are read from it are missing otherwise.',
      [],
      {
        values: ({ operations }) => [[{}, operations === undefined ? 0 : 1]],
      },
    );
    this.#counter(
      'store_replaced_total',
      'Clients of the store that waited for ever and were replaced.',
      [],
      {
        values: ({ storeReplaced }) => [[{}, storeReplaced]],
      },
    );
    this.#gauge('disk_free_bytes', 'Free on the disk that holds the data folder.', [], {
      values: ({ disk }) => (disk === undefined ? [] : [[{}, disk.free]]),
    });
    this.#gauge('disk_size_bytes', 'Size of the disk that holds the data folder.', [], {
      values: ({ disk }) => (disk === undefined ? [] : [[{}, disk.size]]),
    });
    this.#gauge('erp_up', '1 where the ERP has answered the last call.', ['erp'], {
      values: ({ erp }) =>
        erp === undefined
          ? []
          : [[{ erp: erp.kind }, erp.state.circuit === 'closed' && erp.state.trouble === undefined ? 1 : 0]],
    });
    this.#gauge(
      'erp_read_age_seconds',
      'Since the last reading of the ERP by this process that came through.',
      ['erp'],
      {
        values: ({ erp, now }) =>
          erp?.state.readAt === undefined ? [] : [[{ erp: erp.kind }, secondsBetween(erp.state.readAt, now)]],
      },
    );
    this.#gauge('erp_calls', 'Calls of the ERP under way, and waiting for a place.', ['erp', 'state'], {
      values: ({ erp }) =>
        erp === undefined
          ? []
          : [
              [{ erp: erp.kind, state: 'running' }, erp.state.running],
              [{ erp: erp.kind, state: 'waiting' }, erp.state.waiting],
            ],
    });
  }

  #declareWork(): void {
    this.#gauge('work_items', 'Work that is not done, by status and kind.', ['status', 'kind'], {
      values: ({ operations }) =>
        (operations?.work ?? []).map(({ status, kind, count }) => [{ status, kind }, count]),
    });
    this.#gauge(
      'work_oldest_seconds',
      'How long the oldest work of a status waits; 0 where there is none.',
      ['status'],
      {
        values: ({ operations, now }) =>
          operations === undefined
            ? []
            : (['ready', 'delayed', 'blocked', 'dead'] as const).map((status) => [
                { status },
                secondsBetween(operations.waitingSince[status] ?? now, now),
              ]),
      },
    );
    this.#gauge('exceptions_open', 'Open exceptions.', ['type', 'severity', 'owner'], {
      values: ({ operations }) =>
        (operations?.exceptions ?? []).map(({ count, ...labels }) => [labels, count]),
    });
    this.#gauge(
      'exceptions_overdue',
      'Open exceptions whose due time has passed, of the 1,000 most urgent.',
      [],
      {
        values: ({ operations }) => (operations === undefined ? [] : [[{}, operations.overdueExceptions]]),
      },
    );
    this.#gauge('exceptions_snoozed', 'Exceptions that are put off.', [], {
      values: ({ operations }) => (operations === undefined ? [] : [[{}, operations.snoozedExceptions]]),
    });
    this.#gauge(
      'orders_open',
      'Orders of which something is still expected, by their worst state.',
      ['badge'],
      {
        values: ({ operations }) => (operations?.orders ?? []).map(({ badge, count }) => [{ badge }, count]),
      },
    );
    this.#gauge('deadlines_late_seconds', 'How long deadlines that have passed wait to be seen to.', [], {
      values: ({ operations, now }) =>
        operations === undefined ? [] : [[{}, secondsBetween(operations.nextDeadlineAt ?? now, now)]],
    });
    this.#gauge('files_unfinished', 'Files with which something is still to be done.', ['status'], {
      values: ({ operations }) =>
        (operations?.unfinishedFiles ?? []).map(({ status, count }) => [{ status }, count]),
    });
    this.#gauge('files_last_hour', 'Files that came in or were written in the last hour.', ['status'], {
      values: ({ operations }) =>
        (operations?.recentFiles ?? []).map(({ status, count }) => [{ status }, count]),
    });
    this.#gauge(
      'files_troubled_last_hour',
      'Files of the last hour that went wrong, by partner.',
      ['partner', 'status'],
      {
        values: ({ operations }) =>
          (operations?.troubledFiles ?? []).map(({ partnerId, status, count }) => [
            { partner: partnerId, status },
            count,
          ]),
      },
    );
  }

  #declareChannels(): void {
    const labels = ['partner', 'channel', 'type'];
    const perChannel = (valueOf: (status: ChannelStatus) => number | undefined) => ({
      values: ({ channels }: Readings): Values =>
        channels.flatMap((status) => {
          const value = valueOf(status);
          return value === undefined ? [] : [[channelLabels(status), value] as const];
        }),
    });
    this.#gauge(
      'channel_up',
      '0 where the last look into a channel failed, or its circuit is not closed.',
      labels,
      {
        ...perChannel(({ state }) => (state === 'off' ? undefined : state === 'failing' ? 0 : 1)),
      },
    );
    this.#gauge(
      'channel_circuit_open',
      '1 while nothing is sent over a channel because sending failed.',
      labels,
      {
        ...perChannel(({ report }) => report && (report.circuit === 'closed' ? 0 : 1)),
      },
    );
    this.#gauge(
      'channel_failures_in_a_row',
      'Looks into a channel that failed since the last that worked.',
      labels,
      {
        ...perChannel(({ state, failuresInARow }) => (state === 'off' ? undefined : failuresInARow)),
      },
    );
    this.#gauge('channel_deliveries_waiting', 'Deliveries that wait for a place on their channel.', labels, {
      ...perChannel(({ report }) => report?.waiting),
    });
    const perDirection = (field: 'files' | 'bytes' | 'failures') => ({
      values: ({ channels }: Readings): Values =>
        channels.flatMap(({ report, ...status }) =>
          report === undefined
            ? []
            : (['inbound', 'outbound'] as const).map(
                (direction) => [{ ...channelLabels(status), direction }, report[direction][field]] as const,
              ),
        ),
    });
    const directed = [...labels, 'direction'];
    this.#counter(
      'channel_files_total',
      'Files over a channel since this process began.',
      directed,
      perDirection('files'),
    );
    this.#counter(
      'channel_bytes_total',
      'Bytes over a channel since this process began.',
      directed,
      perDirection('bytes'),
    );
    this.#counter(
      'channel_failures_total',
      'Looks into a channel, and deliveries, that failed since this process began.',
      directed,
      perDirection('failures'),
    );
  }

  #gauge(
    name: string,
    help: string,
    labelNames: string[],
    source: { values: (readings: Readings) => Values },
  ): void {
    const readings = () => this.#readings;
    new Gauge({
      name: `tradelane_${name}`,
      help,
      labelNames,
      registers: [this.#registry],
      collect() {
        this.reset();
        const now = readings();
        for (const [labels, value] of now === undefined ? [] : source.values(now)) this.set(labels, value);
      },
    });
  }

  /** Counted elsewhere: what is known there is what is told. */
  #counter(
    name: string,
    help: string,
    labelNames: string[],
    source: { values: (readings: Readings) => Values },
  ): void {
    const readings = () => this.#readings;
    new Counter({
      name: `tradelane_${name}`,
      help,
      labelNames,
      registers: [this.#registry],
      collect() {
        this.reset();
        const now = readings();
        for (const [labels, value] of now === undefined ? [] : source.values(now)) this.inc(labels, value);
      },
    });
  }
}

function channelLabels({ partnerId, name, type }: Pick<ChannelStatus, 'partnerId' | 'name' | 'type'>) {
  return { partner: partnerId, channel: name, type };
}

/** 0 where `since` is still to come. */
function secondsBetween(since: Instant, now: Instant): number {
  return Math.max(0, (instantMs(now) - instantMs(since)) / 1_000);
}
