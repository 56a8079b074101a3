import * as z from 'zod';
import { ACCESS_ROLES } from '../../pipeline/access/access-token-record.ts';

export const tokenRow = z.object({ name: z.string(), role: z.enum(ACCESS_ROLES), createdAt: z.string() });
