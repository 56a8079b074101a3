import * as z from 'zod';
import { ROLES } from '../auth/access.ts';

export const tokenRow = z.object({ name: z.string(), role: z.enum(ROLES), createdAt: z.string() });
