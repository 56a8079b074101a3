export type * from './definition.ts';
export {
  findGrammar,
  listMessageTypes,
  type GrammarExtensions,
  type GrammarOptions,
} from './find-grammar.ts';
export { layerSchema, type Layer, type Restriction } from './restriction.ts';
export { lintDictionary, type DictionaryProblem } from './lint-dictionary.ts';
export {
  listReleases,
  resolveRelease,
  userDictionarySchema,
  type ResolvedRelease,
  type UserDictionary,
} from './release.ts';
export type { ValidationLeniency } from './leniency.ts';
export { validateTransaction, type TransactionValidation } from './validate.ts';
export { FINDING_CODES, type ValidationCode } from './finding-codes.ts';
