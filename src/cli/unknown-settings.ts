import { listUnknownVariables } from '../config.ts';
import type { CliEnvironment } from './environment.ts';
import { readPartners } from './partner-check.ts';

/**
 * What is set and changes nothing, most often a setting with a slip of the pen; one line each. Secrets of partners that are
 * read from the environment (`env:NAME`) may have any name.
 */
export async function listUnknownSettings(environment: CliEnvironment): Promise<string[]> {
  const unknown = listUnknownVariables(environment.variables);
  if (unknown.length === 0) return [];
  const { secrets } = await readPartners(environment);
  const named = new Set(secrets.map(({ name }) => name));
  return unknown
    .filter(({ name }) => !named.has(`env:${name}`))
    .map(
      ({ name, nearest }) =>
        `${name} is set, and is no setting: it changes nothing. ${nearest === undefined ? 'docs/operations.md lists them all.' : `The nearest one is ${nearest}.`}`,
    );
}
