import type * as z from 'zod';
import { GatewayError } from '../common/errors.ts';
import type { Actor } from '../pipeline/actor.ts';
import type { Gateway } from '../pipeline/gateway.ts';
import type { CertificateDirectory } from '../pipeline/ports/certificates.ts';
import type { ConnectedErp } from '../pipeline/ports/connected-erp.ts';
import type { FileContent } from '../pipeline/ports/file-content.ts';
import type { AccessRole } from '../pipeline/access/access-token-record.ts';
import type { Principal } from './auth/access.ts';

/** What a request may use: the use cases, who asks, and the time. */
export interface EndpointContext {
  gateway: Gateway;
  /** The ERP that the gateway talks to by itself. */
  erp?: ConnectedErp;
  /** Where there is an AS2 station. */
  certificates?: CertificateDirectory;
  actor: Actor & Pick<Principal, 'name' | 'role'>;
  now: string;
}

/** Throws NOT_FOUND where no ERP is connected. */
export function needErp({ erp }: Pick<EndpointContext, 'erp'>): ConnectedErp {
  if (erp !== undefined) return erp;
  throw new GatewayError(
    'NOT_FOUND',
    'No ERP is connected: write odoo.yaml in the home folder (docs/odoo.md).',
  );
}

/** Throws NOT_FOUND where there is no AS2 station. */
export function needCertificates({
  certificates,
}: Pick<EndpointContext, 'certificates'>): CertificateDirectory {
  if (certificates !== undefined) return certificates;
  throw new GatewayError('NOT_FOUND', 'There is no AS2 station: company.yaml has no "as2" (docs/as2.md).');
}

/** A file as an answer: sent as it is, as an attachment, and never interpreted by a browser. */
export interface BytesAnswer {
  bytes: FileContent;
  fileName: string;
  /** Default application/octet-stream. */
  mediaType?: string;
}

export interface EndpointInput<P, Q, B> {
  params: P;
  query: Q;
  body: B;
}

/** `bytes` stands for application/octet-stream. */
export type Payload = z.ZodType | 'bytes';

export type BodyOf<B> = B extends z.ZodType ? z.output<B> : B extends 'bytes' ? Uint8Array : undefined;
export type AnswerOf<R> = R extends z.ZodType ? z.input<R> : R extends 'bytes' ? BytesAnswer : undefined;

/** One route, as the routes table, the request handling and the OpenAPI document need it. */
export interface Endpoint {
  method: 'get' | 'post' | 'put' | 'delete';
  /** Under /api, with `:name` parameters. */
  path: string;
  operationId: string;
  tag: string;
  summary: string;
  /** The least that the caller must be. */
  role: AccessRole;
  /** Of a successful answer; default 200. */
  status?: number;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: Payload;
  /** Absent: 204 without content. */
  answer?: Payload;
  handle(context: EndpointContext, input: EndpointInput<unknown, unknown, unknown>): Promise<unknown>;
}

/** Ties the types of parameters, body and answer of an endpoint to its schemas. */
export function endpoint<
  P extends z.ZodObject | undefined = undefined,
  Q extends z.ZodObject | undefined = undefined,
  B extends Payload | undefined = undefined,
  R extends Payload | undefined = undefined,
>(
  definition: Omit<Endpoint, 'params' | 'query' | 'body' | 'answer' | 'handle'> & {
    params?: P;
    query?: Q;
    body?: B;
    answer?: R;
    handle(
      context: EndpointContext,
      input: EndpointInput<
        P extends z.ZodObject ? z.output<P> : undefined,
        Q extends z.ZodObject ? z.output<Q> : undefined,
        BodyOf<B>
      >,
    ): Promise<AnswerOf<R>> | AnswerOf<R>;
  },
): Endpoint {
  return definition as unknown as Endpoint;
}
