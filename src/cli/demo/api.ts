import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { GatewayError } from '../../common/errors.ts';
import type { Config } from '../../config.ts';

/** What the demo reads of the API's answers. */
export interface OrderRow {
  id: string;
  number: string;
  partnerId: string;
  badge: string;
  totalAmount: string;
  currency: string;
}

export interface OrderView {
  order: OrderRow;
  documents: { direction: string; documentType: string; status: string; acknowledgmentStatus: string }[];
  invoices: { number: string; status: string }[];
}

export interface ExceptionRow {
  id: string;
  title: string;
  detail: string;
  orderId: string;
  partnerId: string;
  owner: string;
}

interface Page<R> {
  records: R[];
  next?: string;
}

type Request = (url: string, options: RequestInit) => Promise<Response>;

/** The gateway's REST API, as an ERP would use it. */
export class ApiClient {
  readonly #url: string;
  readonly #token: string;
  readonly #fetch: Request;

  /** `request` stands for fetch where the caller has to be more patient than a person would be. */
  constructor(url: string, token: string, request: Request = fetch) {
    this.#url = url;
    this.#token = token;
    this.#fetch = request;
  }

  /** The gateway that runs on the configured port, with the token of its data folder. */
  static async connect(config: Config, url: string): Promise<ApiClient> {
    const file = path.join(config.dataFolder, 'admin-token');
    try {
      return new ApiClient(url, (await readFile(file, 'utf8')).trim());
    } catch (cause) {
      throw new GatewayError(
        'FILE_UNREADABLE',
        `The demo signs in with the token in ${file}, which cannot be read: ${String(cause)}`,
        { cause },
      );
    }
  }

  async post(route: string, body: unknown): Promise<void> {
    await this.#call(route, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  }

  async order(id: string): Promise<OrderView> {
    return (await this.#call(`/orders/${encodeURIComponent(id)}`)) as OrderView;
  }

  async orders(prefix: string): Promise<OrderRow[]> {
    const orders: OrderRow[] = [];
    let after: string | undefined;
    do {
      const query = new URLSearchParams({
        number: prefix,
        limit: '200',
        ...(after !== undefined && { after }),
      });
      const page = (await this.#call(`/orders?${query.toString()}`)) as Page<OrderRow>;
      orders.push(...page.records);
      after = page.next;
    } while (after !== undefined);
    return orders;
  }

  /** Tries the channel; one that works is used again at once. */
  async testChannel(partnerId: string, name: string): Promise<void> {
    await this.post(`/partners/${partnerId}/channels/${encodeURIComponent(name)}/test`, {});
  }

  /** Files for the partner that have not left yet. */
  async countQueued(partnerId: string): Promise<number> {
    const query = new URLSearchParams({ direction: 'outbound', status: 'queued', partnerId });
    return ((await this.#call(`/files?${query.toString()}`)) as Page<unknown>).records.length;
  }

  async exceptions(): Promise<ExceptionRow[]> {
    return ((await this.#call('/exceptions?status=open&limit=200')) as Page<ExceptionRow>).records;
  }

  async #call(route: string, options: RequestInit = {}): Promise<unknown> {
    const headers = {
      ...(options.headers as Record<string, string> | undefined),
      authorization: `Bearer ${this.#token}`,
    };
    const answer = await this.#fetch(`${this.#url}/api${route}`, { ...options, headers });
    const text = await answer.text();
    if (!answer.ok)
      throw new GatewayError(
        'INVALID_REQUEST',
        `${options.method ?? 'GET'} /api${route} answered ${answer.status}: ${text}`,
      );
    return text === '' ? undefined : JSON.parse(text);
  }
}
