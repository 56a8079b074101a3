import type { Context } from 'koa';
import { GatewayError } from '../../common/errors.ts';
import type { Instant } from '../../common/time.ts';
import type { Access, Principal } from './access.ts';
import { SESSION_HOURS } from './access.ts';

const COOKIE = 'tradelane_session';

/** Who calls: by bearer token, or by the console's cookie. Undefined when neither is valid. */
export async function identify(
  context: Context,
  access: Access,
  now: Instant,
): Promise<{ principal: Principal; by: 'token' | 'cookie' } | undefined> {
  const bearer = /^Bearer (\S+)$/i.exec(context.get('authorization'))?.[1];
  if (bearer !== undefined) {
    const principal = await access.authenticate(bearer);
    return principal === undefined ? undefined : { principal, by: 'token' };
  }
  const cookie = context.cookies.get(COOKIE);
  const session = cookie === undefined ? undefined : await access.readSession(cookie, now);
  return session === undefined ? undefined : { principal: session, by: 'cookie' };
}

export function setSessionCookie(context: Context, access: Access, principal: Principal, now: Instant): void {
  context.cookies.set(COOKIE, access.openSession(principal, now).value, {
    httpOnly: true,
    sameSite: 'strict',
    secure: context.secure,
    maxAge: SESSION_HOURS * 3_600_000,
    overwrite: true,
  });
}

/** Ends the session, here and for whoever has a copy of its cookie. Throws FORBIDDEN where it is not one of our pages that asks. */
export async function endCookieSession(context: Context, access: Access, now: Instant): Promise<void> {
  const cookie = context.cookies.get(COOKIE);
  if (cookie !== undefined) {
    if (!isFromOwnPage(context)) throw new GatewayError('FORBIDDEN', 'Sign out on the page of this gateway.');
    await access.endSession(cookie, now);
  }
  context.cookies.set(COOKIE, null, { httpOnly: true, sameSite: 'strict', secure: context.secure });
}

/**
 * A cookie comes along with whatever a browser sends, so a change asked for by cookie must come from a page of ours. The
 * cookie is SameSite=Strict already; this also holds for other ports and names of the same site.
 */
export function isFromOwnPage(context: Context): boolean {
  const site = context.get('sec-fetch-site');
  if (site !== '') return site === 'same-origin';
  const origin = context.get('origin');
  return URL.canParse(origin) && new URL(origin).host === context.host;
}
