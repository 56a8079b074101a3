import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../../common/time.ts';
import { ACCESS_ROLES } from '../../pipeline/access/access-token-record.ts';
import { findAccessToken } from '../../pipeline/access/access-tokens.ts';
import type { AccessRole, AccessTokenRecord } from '../../pipeline/access/access-token-record.ts';
import type { Store } from '../../pipeline/ports/store.ts';

/** Who calls, by a token or by a session that was opened with it. */
export interface Principal {
  name: string;
  role: AccessRole;
  /** Digest of the token. */
  tokenId: string;
}

interface Session extends Principal {
  expiresAt: Instant;
}

/** How long a sign-in to the console lasts. */
export const SESSION_HOURS = 12;

/**
 * Who may call: the tokens of the store, which all gateways share, and the sessions that were opened with them. Removing a
 * token ends its sessions everywhere.
 */
export interface Access {
  authenticate(token: string): Promise<Principal | undefined>;
  openSession(principal: Principal, now: Instant): { value: string; session: Session };
  readSession(value: string, now: Instant): Promise<Session | undefined>;
}

/** `sessionKey` signs the cookies: 32 bytes, base64url. */
export function createAccess({ store, sessionKey }: { store: Store; sessionKey: string }): Access {
  const key = Buffer.from(sessionKey, 'base64url');
  const sign = (payload: string) => createHmac('sha256', key).update(payload).digest('base64url');

  return {
    async authenticate(token) {
      const known = await findAccessToken(store, token);
      return known === undefined ? undefined : principalOf(known);
    },

    openSession(principal, now) {
      const expiresAt = new Date(Date.parse(now) + SESSION_HOURS * 3_600_000).toISOString();
      const payload = Buffer.from(JSON.stringify([principal.tokenId, expiresAt])).toString('base64url');
      return { value: `${payload}.${sign(payload)}`, session: { ...principal, expiresAt } };
    },

    async readSession(value, now) {
      const [payload = '', signature = ''] = value.split('.');
      const expected = Buffer.from(sign(payload));
      const given = Buffer.from(signature);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
      const [id, expiresAt] = JSON.parse(Buffer.from(payload, 'base64url').toString()) as [string, string];
      if (expiresAt <= now) return undefined;
      const known = await store.get('accessTokens', id);
      return known === undefined ? undefined : { ...principalOf(known), expiresAt };
    },
  };
}

function principalOf({ id, name, role }: AccessTokenRecord): Principal {
  return { name, role, tokenId: id };
}

/** True when `role` may do what `needed` may. */
export function allows(role: AccessRole, needed: AccessRole): boolean {
  return ACCESS_ROLES.indexOf(role) >= ACCESS_ROLES.indexOf(needed);
}
