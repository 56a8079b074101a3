import * as z from 'zod';
import { FACT_SCHEMAS } from './facts.ts';
import type { Fact, FactType } from './facts.ts';

/** Where the events of this gateway come from, as CloudEvents want it: an address that says who speaks. */
const SOURCE = '/tradelane';

/** Version of the shape of `data`; a change that old readers cannot bear gets the next one. */
const VERSION = 'v1';

function cloudEventOf<T extends FactType>(type: T) {
  const { orderId, partnerId, data } = FACT_SCHEMAS[type].shape;
  return z.strictObject({
    specversion: z.literal('1.0'),
    /** The same fact always has the same id: a reader who sees it twice has to act once. */
    id: z.string().min(1),
    source: z.literal(SOURCE),
    type: z.literal(`tradelane.${type}.${VERSION}`),
    /** The order; of an exception without order, its fingerprint. */
    subject: z.string().min(1),
    time: z.iso.datetime(),
    datacontenttype: z.literal('application/json'),
    data: z.strictObject({ orderId, partnerId, ...data.shape }),
  });
}

/** The business events as they are published: CloudEvents 1.0, by the type of their fact. docs/events/ is generated from these. */
export const CLOUD_EVENT_SCHEMAS = Object.fromEntries(
  (Object.keys(FACT_SCHEMAS) as FactType[]).map((type) => [type, cloudEventOf(type)]),
) as { readonly [T in FactType]: ReturnType<typeof cloudEventOf<T>> };

/** One business event as others read it. */
export interface CloudEvent {
  specversion: '1.0';
  id: string;
  source: string;
  type: string;
  subject: string;
  time: string;
  datacontenttype: 'application/json';
  data: Record<string, unknown>;
}

export function toCloudEvent({ type, id, occurredAt, orderId, partnerId, data }: Fact): CloudEvent {
  const subject = orderId ?? ('fingerprint' in data ? data.fingerprint : id);
  return {
    specversion: '1.0',
    id,
    source: SOURCE,
    type: `tradelane.${type}.${VERSION}`,
    subject,
    time: occurredAt,
    datacontenttype: 'application/json',
    data: {
      ...(orderId !== undefined && { orderId }),
      ...(partnerId !== undefined && { partnerId }),
      ...data,
    },
  };
}
