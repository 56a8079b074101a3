import * as z from 'zod';
import { CLOUD_EVENT_SCHEMAS } from '../src/tracking/cloud-event.ts';

/** JSON Schemas of the business events by file name: `order.created.json`. */
export function buildEventSchemas(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(CLOUD_EVENT_SCHEMAS).map(([type, schema]) => [
      `${type}.json`,
      `${JSON.stringify({ title: type, ...z.toJSONSchema(schema) }, undefined, 2)}\n`,
    ]),
  );
}
