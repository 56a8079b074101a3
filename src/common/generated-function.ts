/**
 * A function made from text, where a rule that is applied again and again is worth it: the engine then knows what it does.
 * `body` is made of numbers, of names that went through JSON.stringify and of our own words, of nothing else: see
 * docs/decisions/0010-generated-field-access.md.
 */
export function makeFunction(parameters: readonly string[], body: string): (...values: never[]) => unknown {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  return new Function(...parameters, body) as (...values: never[]) => unknown;
}

/** False where Node runs with --disallow-code-generation-from-strings: then everything is interpreted. */
export const mayGenerate = canGenerate();

function canGenerate(): boolean {
  try {
    return makeFunction([], 'return true')() === true;
  } catch {
    return false;
  }
}
