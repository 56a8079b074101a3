import { dec } from '../../common/decimal.ts';
import type { DecimalString } from '../../common/decimal.ts';
import type { HoldType } from './model.ts';

/** Who may accept holds or pay them short; everything that is given must fit. */
export interface HoldGrant {
  /** Absent = every kind. */
  holds?: readonly HoldType[];
  /** The person has one of these roles, or is named. */
  roles?: readonly string[];
  people?: readonly string[];
  /** Up to this disputed amount, in company currency. */
  upTo?: DecimalString;
}

export const DEFAULT_HOLD_GRANTS: readonly HoldGrant[] = [{ roles: ['operator', 'admin'] }];

/**
 * The permissions that a person has on a hold: `accept:HOLD_PRICE`, or none. `amount` is in company currency; undefined where
 * no rate is known: then only a grant without limit holds.
 */
export function permissionsOn(
  hold: { type: HoldType; amount: DecimalString | undefined },
  person: { name: string; roles: readonly string[] },
  grants: readonly HoldGrant[],
): string[] {
  const granted = grants.some(
    ({ holds, roles, people, upTo }) =>
      holds?.includes(hold.type) !== false &&
      (roles?.some((role) => person.roles.includes(role)) === true ||
        people?.includes(person.name) === true) &&
      (upTo === undefined || (hold.amount !== undefined && dec(hold.amount).lte(upTo))),
  );
  return granted ? [`accept:${hold.type}`] : [];
}
