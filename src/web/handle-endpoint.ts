import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Context } from 'koa';
import * as z from 'zod';
import { GatewayError } from '../common/errors.ts';
import type { Finding } from '../common/finding.ts';
import type { BytesAnswer, Endpoint } from './endpoint.ts';
import { parseJson, readBody } from './request-body.ts';

export interface BodyLimits {
  jsonBytes: number;
  fileBytes: number;
}

/** What of an endpoint is needed to call it, whoever its callers are. */
export type Handled<C> = Pick<Endpoint, 'method' | 'params' | 'query' | 'body' | 'answer' | 'status'> & {
  handle(context: C, input: { params: unknown; query: unknown; body: unknown }): Promise<unknown>;
};

/** Checks parameters and body against the endpoint's schemas, calls it, and writes its answer. */
export async function handleEndpoint<C>(
  endpoint: Handled<C>,
  context: Context,
  params: Record<string, string>,
  services: C,
  limits: BodyLimits,
): Promise<void> {
  const input = {
    params: check(endpoint.params, params, 'path'),
    query: check(endpoint.query, { ...context.query }, 'query'),
    body: await readInput(endpoint, context, limits),
  };
  const answer = await endpoint.handle(services, input);
  context.set('Cache-Control', 'no-store');
  if (endpoint.answer === undefined) {
    context.status = 204;
  } else if (endpoint.answer === 'bytes') {
    const { bytes, fileName, mediaType = 'application/octet-stream' } = answer as BytesAnswer;
    context.attachment(fileName);
    context.type = mediaType;
    if (bytes instanceof Uint8Array) {
      context.body = Buffer.from(bytes);
    } else {
      context.length = bytes.sizeBytes;
      context.body = Readable.from(bytes.read(), { objectMode: false });
    }
  } else {
    writeJson(context, endpoint, answer);
  }
}

function writeJson(context: Context, endpoint: Pick<Endpoint, 'method' | 'status'>, answer: unknown): void {
  const text = JSON.stringify(answer);
  context.status = endpoint.status ?? 200;
  context.type = 'application/json';
  if (endpoint.method === 'get') {
    // Kept by the browser, asked for each time: a console that looks again pays for what changed only.
    context.set('Cache-Control', 'private, no-cache');
    context.vary('Cookie');
    context.etag = createHash('sha256').update(text).digest('base64url').slice(0, 22);
    if (context.fresh) {
      context.status = 304;
      return;
    }
  }
  context.body = text;
}

async function readInput(
  endpoint: Pick<Endpoint, 'body'>,
  context: Context,
  limits: BodyLimits,
): Promise<unknown> {
  if (endpoint.body === undefined) return undefined;
  if (endpoint.body === 'bytes') return readBody(context.req, limits.fileBytes);
  if (context.is('json', '+json') !== 'json' && context.is('+json') === false) {
    throw new GatewayError(
      'INVALID_REQUEST',
      'Send the body as JSON, with "Content-Type: application/json".',
    );
  }
  return check(endpoint.body, parseJson(await readBody(context.req, limits.jsonBytes)), 'body');
}

function check(schema: z.ZodType | undefined, value: unknown, where: 'path' | 'query' | 'body'): unknown {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const findings = result.error.issues.map((issue): Finding => {
    const path = z.core.toDotPath(issue.path);
    return {
      code: 'INVALID_VALUE',
      severity: 'error',
      message: path === '' ? issue.message : `${path}: ${issue.message}`,
      place: { path },
    };
  });
  const first = findings[0]!.message;
  const more = findings.length > 1 ? ` (and ${findings.length - 1} more)` : '';
  throw new GatewayError('INVALID_REQUEST', `The ${where} is not valid: ${first}${more}.`, {
    details: { findings },
  });
}
