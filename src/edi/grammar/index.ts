export type * from './definition.ts';
export {
  findGrammar,
  listMessageTypes,
  type GrammarExtensions,
  type GrammarOptions,
} from './find-grammar.ts';
export { layerSchema, type Layer, type Restriction } from './layer.ts';
export { resolveRelease, type ResolvedRelease, type UserDictionary } from './release.ts';
export type { ValidationLeniency } from './leniency.ts';
export { validateTransaction, type TransactionValidation } from './validate.ts';
