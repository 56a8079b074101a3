import { z } from 'zod';

/**
 * One narrowing of a message. `at` is a path of the message: `CUR` a segment outside loops, `N1/PER` or `SG2/FII` a segment
 * in a loop, `N9` or `SG3` a whole loop; `BEG02`, `N104`, `SG2/NAD02.1` an element or component. `*` `/` in front of a
 * segment or element means in any loop.
 */
const restrictionSchema = z.discriminatedUnion('rule', [
  z.strictObject({ message: z.string(), at: z.string(), rule: z.enum(['required', 'forbidden']) }),
  z.strictObject({
    message: z.string(),
    at: z.string(),
    rule: z.literal('codes'),
    codes: z.array(z.string()).nonempty(),
  }),
  z.strictObject({ message: z.string(), at: z.string(), rule: z.literal('maxUse'), count: z.int().min(1) }),
  z.strictObject({
    message: z.string(),
    at: z.string(),
    rule: z.literal('maxLength'),
    length: z.int().min(1),
  }),
]);

/** What a guideline or a partner narrows in a release; it takes away or demands, and adds no place. */
export const layerSchema = z.strictObject({ name: z.string(), restrictions: z.array(restrictionSchema) });

export type Restriction = z.output<typeof restrictionSchema>;
export type Layer = z.output<typeof layerSchema>;
