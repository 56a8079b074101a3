import type * as z from 'zod';
import type { httpChannel } from '../../partners/http-channel-schema.ts';
import type { Partner } from '../../partners/partner-schema.ts';
import type { Gateway } from '../../pipeline/gateway.ts';
import type { FetchedChannel } from '../../pipeline/partner-api/partner-outbox.ts';
import type { AnswerOf, BodyOf, EndpointInput, Payload } from '../endpoint.ts';
import type { DescribedRoute } from '../openapi.ts';

/** What a partner's call may use: the use cases, and who it is. */
export interface PartnerCall {
  gateway: Gateway;
  partner: Partner;
  settings: z.output<typeof httpChannel>;
  channel: FetchedChannel;
  /** A header of the request, '' when it has none of that name. */
  header: (name: string) => string;
  setHeader: (name: string, value: string) => void;
}

/** One address of the partner API. */
export type PartnerEndpoint = Omit<DescribedRoute, 'role'> & {
  handle(call: PartnerCall, input: EndpointInput<unknown, unknown, unknown>): Promise<unknown>;
};

/** Ties the types of parameters, body and answer of an endpoint to its schemas. */
export function partnerEndpoint<
  P extends z.ZodObject | undefined = undefined,
  Q extends z.ZodObject | undefined = undefined,
  B extends Payload | undefined = undefined,
  R extends Payload | undefined = undefined,
>(
  definition: Omit<PartnerEndpoint, 'params' | 'query' | 'body' | 'answer' | 'handle'> & {
    params?: P;
    query?: Q;
    body?: B;
    answer?: R;
    handle(
      call: PartnerCall,
      input: EndpointInput<
        P extends z.ZodObject ? z.output<P> : undefined,
        Q extends z.ZodObject ? z.output<Q> : undefined,
        BodyOf<B>
      >,
    ): Promise<AnswerOf<R>> | AnswerOf<R>;
  },
): PartnerEndpoint {
  return definition as unknown as PartnerEndpoint;
}
