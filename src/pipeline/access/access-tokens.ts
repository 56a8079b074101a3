import { randomBytes } from 'node:crypto';
import { GatewayError } from '../../common/errors.ts';
import { TOKEN_NAME } from './access-token-record.ts';
import type { AccessRole, AccessTokenRecord } from './access-token-record.ts';
import { recordAudit } from '../audit.ts';
import type { PipelineContext } from '../context.ts';
import type { Actor } from '../actor.ts';
import type { Store } from '../ports/store.ts';
import { sha256Of, UnitOfWork } from '../unit-of-work.ts';

/** Of the context of the use cases, what tokens need. */
export type TokenContext = Pick<PipelineContext, 'store' | 'clock'>;

/**
 * Makes a token for the API and the console. It is returned this once; the store keeps its digest. Throws CONFLICT when the
 * name is taken, INVALID_REQUEST where it is none.
 */
export async function createAccessToken(
  context: TokenContext,
  { name, role }: { name: string; role: AccessRole },
  actor: Actor,
): Promise<string> {
  assertTokenName(name);
  if ((await findByName(context.store, name)) !== undefined) {
    throw new GatewayError('CONFLICT', `There is a token named "${name}" already. Remove it first.`, {
      retryable: 'never',
    });
  }
  const unit = new UnitOfWork(context.store);
  const token = generateToken();
  const createdAt = context.clock.now();
  unit.insert('accessTokens', { id: digestOf(token), revision: 0, name, role, createdAt });
  await recordAudit(unit, context, {
    actor,
    action: 'token.created',
    subject: `token:${name}`,
    details: { role },
  });
  await unit.commit();
  return token;
}

/** Throws INVALID_REQUEST. */
export function assertTokenName(name: string): void {
  if (TOKEN_NAME.test(name)) return;
  const text = `"${name}" is no name of a token: up to 60 letters, digits, ".", "_", "@" and "-".`;
  throw new GatewayError('INVALID_REQUEST', text);
}

/** Ends a token and its sessions, on every gateway at once. Throws NOT_FOUND. */
export async function removeAccessToken(context: TokenContext, name: string, actor: Actor): Promise<void> {
  const known = await findByName(context.store, name);
  if (known === undefined) throw new GatewayError('NOT_FOUND', `There is no token named "${name}".`);
  const unit = new UnitOfWork(context.store);
  unit.add([{ op: 'delete', collection: 'accessTokens', id: known.id }]);
  await recordAudit(unit, context, {
    actor,
    action: 'token.removed',
    subject: `token:${name}`,
    details: { role: known.role },
  });
  await unit.commit();
}

/** Whose token it is; undefined when it is none. Looked up by its digest, so that the time taken tells nothing. */
export function findAccessToken(store: Store, token: string): Promise<AccessTokenRecord | undefined> {
  return store.get('accessTokens', digestOf(token));
}

/** By name. */
export async function listAccessTokens(store: Store): Promise<AccessTokenRecord[]> {
  const { records } = await store.find('accessTokens', { orderBy: 'name', limit: 1_000 });
  return records;
}

/** 256 random bits, for which a slow hash would add nothing; the prefix lets secret scanners find a leaked one. */
export function generateToken(): string {
  return `tradelane_${randomBytes(32).toString('base64url')}`;
}

/** What is kept of a token. */
export function digestOf(token: string): string {
  return sha256Of(token);
}

async function findByName(store: Store, name: string): Promise<AccessTokenRecord | undefined> {
  const { records } = await store.find('accessTokens', { where: { name }, limit: 1 });
  return records[0];
}
