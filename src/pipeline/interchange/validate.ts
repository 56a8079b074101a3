import { findGrammar, validateTransaction } from '../../edi/grammar/index.ts';
import type { TransactionValidation, ValidationLeniency } from '../../edi/grammar/index.ts';
import type { Interchange, Transaction } from '../../edi/model.ts';
import { grammarExtensionsOf } from '../../partners/grammar-extensions.ts';
import type { Partner } from '../../partners/partner-schema.ts';

/** Checks a transaction against its dictionary (the installation's own ones included), narrowed by the partner's restrictions, under the partner's leniency. */
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
    extensions: grammarExtensionsOf(partner),
  });
  return validateTransaction(transaction, grammar, leniency);
}
