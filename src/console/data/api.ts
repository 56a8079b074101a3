import type { Finding, Parameters } from './types.ts';

/** What the gateway says when it does not do what was asked: application/problem+json. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string;
  readonly findings: Finding[];

  constructor(problem: {
    status: number;
    code: string;
    detail: string;
    requestId: string;
    findings?: Finding[];
  }) {
    super(problem.detail);
    this.status = problem.status;
    this.code = problem.code;
    this.requestId = problem.requestId;
    this.findings = problem.findings ?? [];
  }
}

/** `path` is relative to /api; parameters that are undefined or '' are left out. */
export async function get<T>(path: string, parameters: Parameters = {}, signal?: AbortSignal): Promise<T> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== '') query.set(name, String(value));
  }
  const address = query.size === 0 ? `/api/${path}` : `/api/${path}?${query.toString()}`;
  return (await call(address, signal === undefined ? {} : { signal })) as T;
}

export async function send<T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T> {
  const json =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
  return (await call(`/api/${path}`, { method, ...json })) as T;
}

export async function sendBytes<T>(path: string, bytes: Blob): Promise<T> {
  const headers = { 'Content-Type': 'application/octet-stream' };
  return (await call(`/api/${path}`, { method: 'POST', body: bytes, headers })) as T;
}

const MAYBE_DONE = ' It may have been done all the same: look before you send it again.';

async function call(address: string, init: RequestInit): Promise<unknown> {
  let response: Response;
  let text = '';
  try {
    response = await fetch(address, { credentials: 'same-origin', ...init });
    // An answer may break off, too.
    if (response.status !== 204) text = await response.text();
  } catch (cause) {
    if (init.signal?.aborted === true) throw cause;
    throw new ApiProblem({
      status: 0,
      code: 'OFFLINE',
      detail: `The gateway does not answer. It may be restarting, or the connection is down.${
        init.method === undefined ? '' : MAYBE_DONE
      }`,
      requestId: '',
    });
  }
  if (response.status === 204) return undefined;
  const answer = readJson(response, text);
  if (response.ok && answer !== undefined) return answer;
  throw new ApiProblem((answer as Problem | undefined) ?? describeStranger(response, init));
}

type Problem = ConstructorParameters<typeof ApiProblem>[0];

function readJson(response: Response, text: string): unknown {
  if (response.headers.get('content-type')?.includes('json') !== true) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Not from us: a proxy in between, with a page for people. */
function describeStranger(response: Response, { method }: RequestInit): Problem {
  const maybe = method !== undefined && response.status >= 500 ? MAYBE_DONE : '';
  const detail = `The server in front of the gateway answered ${response.status} ${response.statusText}.${maybe}`;
  return { status: response.status, code: 'PROXY', detail, requestId: '' };
}
