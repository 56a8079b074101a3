import type { GrammarExtensions, UserDictionary } from '../edi/grammar/index.ts';
import type { Partner } from './partner-schema.ts';

const extensions = new WeakMap<Partner, GrammarExtensions>();

/** Says which dictionaries a partner's messages are checked against, beside the shipped ones. */
export function bindDictionaries(partner: Partner, dictionaries: readonly UserDictionary[]): void {
  const layers = [{ name: partner.partner, restrictions: partner.restrictions }];
  extensions.set(partner, {
    ...(dictionaries.length > 0 && { dictionaries }),
    ...(partner.restrictions.length > 0 && { layers }),
  });
}

/**
 * What a partner and the installation add to the shipped dictionaries: the user's releases and messages, the partner's
 * restrictions. The same object each time, since grammars are cached by it.
 */
export function grammarExtensionsOf(partner: Partner): GrammarExtensions {
  const known = extensions.get(partner);
  if (known !== undefined) return known;
  bindDictionaries(partner, []);
  return grammarExtensionsOf(partner);
}
