import { findGrammar, validateTransaction } from '../edi/grammar/index.ts';
import type { GrammarExtensions, TransactionValidation, ValidationLeniency } from '../edi/grammar/index.ts';
import type { Interchange, Transaction } from '../edi/model.ts';
import type { Partner } from '../partners/partner-schema.ts';

/** One object per partner: grammars are cached by it. */
const extensions = new WeakMap<Partner, GrammarExtensions>();

/** Checks a transaction against its dictionary, narrowed by the partner's restrictions, under the partner's leniency. */
export function validateForPartner(
  partner: Partner,
  interchange: Interchange,
  transaction: Transaction,
  leniency: ValidationLeniency = partner.leniency,
): TransactionValidation {
  const { standard, type, release, implementation } = transaction;
  const grammar = findGrammar(standard, type, release, {
    ...(implementation !== '' && { implementation }),
    ...(interchange.version.endsWith('4') && standard === 'edifact' && { syntaxVersion: '4' as const }),
    extensions: extensionsOf(partner),
  });
  return validateTransaction(transaction, grammar, leniency);
}

export function extensionsOf(partner: Partner): GrammarExtensions {
  const known = extensions.get(partner);
  if (known !== undefined) return known;
  const made: GrammarExtensions =
    partner.restrictions.length === 0 ? {} : { layers: [{ name: partner.partner, restrictions: partner.restrictions }] };
  extensions.set(partner, made);
  return made;
}
