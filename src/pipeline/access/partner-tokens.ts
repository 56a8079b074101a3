import { randomBytes } from 'node:crypto';
import { GatewayError } from '../../common/errors.ts';
import { assertTokenName } from './access-tokens.ts';
import { recordAudit } from '../audit.ts';
import type { PipelineContext } from '../context.ts';
import type { Actor } from '../actor.ts';
import type { Store } from '../ports/store.ts';
import type { PartnerTokenRecord } from '../partner-api/partner-records.ts';
import { sha256Of, UnitOfWork } from '../unit-of-work.ts';

/**
 * Makes a token with which a partner's program calls the HTTP API, for that partner's documents only. It is returned this
 * once; the store keeps its digest. Throws NOT_FOUND, CONFLICT when the name is taken, INVALID_REQUEST where it is none.
 */
export async function createPartnerToken(
  context: PipelineContext,
  { partnerId, name }: { partnerId: string; name: string },
  actor: Actor,
): Promise<string> {
  assertTokenName(name);
  if (!context.partners.partners.some(({ partner }) => partner === partnerId)) {
    throw new GatewayError('NOT_FOUND', `There is no partner "${partnerId}".`);
  }
  const unit = new UnitOfWork(context.store);
  if ((await findByName(context.store, name)) !== undefined) {
    throw new GatewayError(
      'CONFLICT',
      `There is a partner token named "${name}" already. Remove it first, or choose another name.`,
      { retryable: 'never' },
    );
  }
  // 256 random bits: a slow hash would add nothing. The prefix lets secret scanners find a leaked one.
  const token = `tradelane_partner_${randomBytes(32).toString('base64url')}`;
  const createdAt = context.clock.now();
  unit.insert('partnerTokens', { id: digestOf(token), revision: 0, name, partnerId, createdAt });
  await recordAudit(unit, context, {
    actor,
    action: 'partnerToken.created',
    subject: `partner:${partnerId}`,
    details: { name },
  });
  await unit.commit();
  return token;
}

/** Ends a token at once. Throws NOT_FOUND. */
export async function removePartnerToken(
  context: PipelineContext,
  name: string,
  actor: Actor,
): Promise<void> {
  const known = await findByName(context.store, name);
  if (known === undefined) throw new GatewayError('NOT_FOUND', `There is no partner token named "${name}".`);
  const unit = new UnitOfWork(context.store);
  unit.add([{ op: 'delete', collection: 'partnerTokens', id: known.id }]);
  await recordAudit(unit, context, {
    actor,
    action: 'partnerToken.removed',
    subject: `partner:${known.partnerId}`,
    details: { name },
  });
  await unit.commit();
}

/** Whose token it is; undefined when it is none. Looked up by its digest, so that the time taken tells nothing. */
export function findPartnerToken(store: Store, token: string): Promise<PartnerTokenRecord | undefined> {
  return store.get('partnerTokens', digestOf(token));
}

/** By name. */
export async function listPartnerTokens(store: Store): Promise<PartnerTokenRecord[]> {
  const { records } = await store.find('partnerTokens', { orderBy: 'name', limit: 1_000 });
  return records;
}

async function findByName(store: Store, name: string): Promise<PartnerTokenRecord | undefined> {
  const { records } = await store.find('partnerTokens', { where: { name }, limit: 1 });
  return records[0];
}

function digestOf(token: string): string {
  return sha256Of(token);
}
