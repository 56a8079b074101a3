import { createServer, request } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Between the gateway and Odoo: loses answers after Odoo has committed, or is not there at all. */
export class OdooProxy {
  /** `purchase.order.write` …: calls whose answer was lost, in their order. */
  readonly lost: string[] = [];
  /** Every call that reached Odoo. */
  readonly calls: string[] = [];
  /** Sum of the time that Odoo has taken. */
  elapsedMs = 0;
  /** Calls that were under way at the same time, at most. */
  mostAtOnce = 0;
  #underWay = 0;
  /** Whether the answer to a call is lost; asked once Odoo has answered. */
  loses: (call: string, body: string) => boolean = () => false;
  readonly #server: Server;
  readonly #target: string;
  #port = 0;

  private constructor(target: string) {
    this.#target = target;
    this.#server = createServer((incoming, answer) => {
      this.#forward(incoming, answer).catch(() => answer.destroy());
    });
  }

  static async start(target: string): Promise<OdooProxy> {
    const proxy = new OdooProxy(target);
    await proxy.open();
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** On the same port as before. */
  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#port, '127.0.0.1', () => {
        this.#port = (this.#server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  /** Nobody is there any more: connections are refused. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #forward(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const call = (incoming.url ?? '').replace(/^\/json\/2\//, '').replace('/', '.');
    const asked = performance.now();
    this.#underWay += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#underWay);
    const reply = await this.#ask(incoming, body).finally(() => (this.#underWay -= 1));
    this.elapsedMs += performance.now() - asked;
    this.calls.push(call);
    if (this.loses(call, body.toString())) {
      this.lost.push(call);
      answer.destroy();
      return;
    }
    answer.writeHead(reply.status, reply.headers);
    answer.end(reply.body);
  }

  #ask({ method, url, headers }: IncomingMessage, body: Buffer) {
    return new Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }>(
      (resolve, reject) => {
        const call = request(`${this.#target}${url ?? '/'}`, { method, headers }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 502,
              headers: response.headers,
              body: Buffer.concat(chunks),
            }),
          );
        });
        call.on('error', reject);
        call.end(body);
      },
    );
  }
}

/** Every method that the gateway calls without changing anything. */
const READING = new Set([
  'search_read',
  'read',
  'web_read',
  'search',
  'fields_get',
  'get_metadata',
  'check_object_reference',
]);

export function isWrite(call: string): boolean {
  return !call.endsWith('/version') && !READING.has(call.slice(call.lastIndexOf('.') + 1));
}
