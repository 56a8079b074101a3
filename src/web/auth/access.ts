import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../../common/time.ts';

/** From the least to the most that a caller may do. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;

export type Role = (typeof ROLES)[number];

/** An API token as it is kept: only its digest. */
interface TokenEntry {
  /** Named in the audit log as the author: `admin`, `warehouse-erp`. */
  name: string;
  role: Role;
  /** SHA-256 of the token, hex. Tokens are 256 random bits, so that a slow hash would add nothing. */
  sha256: string;
  createdAt: Instant;
}

/** What is kept in the data folder. */
export interface AccessData {
  tokens: TokenEntry[];
  /** Signs session cookies; 32 bytes, base64url. */
  sessionKey: string;
}

export interface Principal {
  name: string;
  role: Role;
}

interface Session extends Principal {
  expiresAt: Instant;
}

/** How long a sign-in to the console lasts. */
export const SESSION_HOURS = 12;

/** Who may call: tokens and the sessions that were opened with them. Removing a token ends its sessions. */
export interface Access {
  authenticate(token: string): Principal | undefined;
  openSession(principal: Principal, now: Instant): { value: string; session: Session };
  readSession(value: string, now: Instant): Session | undefined;
  tokens(): readonly Omit<TokenEntry, 'sha256'>[];
  /** Returns the new token; it cannot be shown again. Undefined when the name is taken. */
  addToken(name: string, role: Role, now: Instant): Promise<string | undefined>;
  /** False when there is no token of that name. */
  removeToken(name: string): Promise<boolean>;
}

export function createAccess(
  data: AccessData,
  save: (data: AccessData) => Promise<void> = () => Promise.resolve(),
): Access {
  const key = Buffer.from(data.sessionKey, 'base64url');
  const sign = (payload: string) => createHmac('sha256', key).update(payload).digest('base64url');

  return {
    authenticate(token) {
      const digest = Buffer.from(hashToken(token), 'hex');
      let found: Principal | undefined;
      // Every entry is compared, so that the time taken tells nothing.
      for (const { name, role, sha256 } of data.tokens) {
        if (timingSafeEqual(digest, Buffer.from(sha256, 'hex'))) found = { name, role };
      }
      return found;
    },

    openSession({ name, role }, now) {
      const expiresAt = new Date(Date.parse(now) + SESSION_HOURS * 3_600_000).toISOString();
      const payload = Buffer.from(JSON.stringify([name, expiresAt])).toString('base64url');
      return { value: `${payload}.${sign(payload)}`, session: { name, role, expiresAt } };
    },

    readSession(value, now) {
      const [payload = '', signature = ''] = value.split('.');
      const expected = Buffer.from(sign(payload));
      const given = Buffer.from(signature);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
      const [name, expiresAt] = JSON.parse(Buffer.from(payload, 'base64url').toString()) as [string, string];
      const entry = data.tokens.find((token) => token.name === name);
      if (entry === undefined || expiresAt <= now) return undefined;
      return { name, role: entry.role, expiresAt };
    },

    tokens: () => data.tokens.map(({ name, role, createdAt }) => ({ name, role, createdAt })),

    async addToken(name, role, now) {
      if (data.tokens.some((token) => token.name === name)) return undefined;
      const token = generateToken();
      data.tokens.push({ name, role, sha256: hashToken(token), createdAt: now });
      await save(data);
      return token;
    },

    async removeToken(name) {
      const index = data.tokens.findIndex((token) => token.name === name);
      if (index === -1) return false;
      data.tokens.splice(index, 1);
      await save(data);
      return true;
    },
  };
}

/** 256 random bits; the prefix lets secret scanners find a leaked one. */
export function generateToken(): string {
  return `tradelane_${randomBytes(32).toString('base64url')}`;
}

export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** True when `role` may do what `needed` may. */
export function allows(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
