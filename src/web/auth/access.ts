import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../../common/time.ts';
import { ACCESS_ROLES } from '../../pipeline/access/access-token-record.ts';
import { findAccessToken } from '../../pipeline/access/access-tokens.ts';
import type { AccessRole, AccessTokenRecord } from '../../pipeline/access/access-token-record.ts';
import { endConsoleSession, hasEnded } from '../../pipeline/access/ended-sessions.ts';
import type { Store } from '../../pipeline/ports/store.ts';
import { sha256Of } from '../../pipeline/unit-of-work.ts';

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
  /** Everywhere, also for whoever has a copy of it. Nothing happens where it is none any more. */
  endSession(value: string, now: Instant): Promise<void>;
}

/** `sessionKey` signs the cookies: 32 bytes, base64url. */
export function createAccess({ store, sessionKey }: { store: Store; sessionKey: string }): Access {
  const key = Buffer.from(sessionKey, 'base64url');
  const sign = (payload: string) => createHmac('sha256', key).update(payload).digest('base64url');

  /** What a cookie says, where we have signed it and it is not over. */
  const read = (value: string, now: Instant) => {
    const [payload = '', signature = ''] = value.split('.');
    const expected = Buffer.from(sign(payload));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const [tokenId, expiresAt] = JSON.parse(Buffer.from(payload, 'base64url').toString()) as [string, string];
    return expiresAt <= now ? undefined : { tokenId, session: { id: sha256Of(payload), expiresAt } };
  };

  return {
    async authenticate(token) {
      const known = await findAccessToken(store, token);
      return known === undefined ? undefined : principalOf(known);
    },

    openSession(principal, now) {
      const expiresAt = new Date(Date.parse(now) + SESSION_HOURS * 3_600_000).toISOString();
      // No two sign-ins are the same session: to sign out of one is not to sign out of the other.
      const content = [principal.tokenId, expiresAt, randomBytes(12).toString('base64url')];
      const payload = Buffer.from(JSON.stringify(content)).toString('base64url');
      return { value: `${payload}.${sign(payload)}`, session: { ...principal, expiresAt } };
    },

    async readSession(value, now) {
      const signed = read(value, now);
      if (signed === undefined) return undefined;
      const known = await store.get('accessTokens', signed.tokenId);
      if (known === undefined || hasEnded(known, signed.session)) return undefined;
      return { ...principalOf(known), expiresAt: signed.session.expiresAt };
    },

    async endSession(value, now) {
      const signed = read(value, now);
      if (signed !== undefined) await endConsoleSession(store, signed.tokenId, signed.session, now);
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
