import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { GatewayError } from '../common/errors.ts';
import type { OdooVariables } from '../config.ts';
import { readConfig } from '../partners/config-text.ts';
import { odooSettingsSchema } from './odoo-settings.ts';
import type { OdooSettings } from './odoo-settings.ts';

/**
 * odoo.yaml with the variables laid over it; undefined where neither names an Odoo. Throws CONFIG_INVALID with the place of
 * what is wrong.
 */
export async function loadOdooSettings(
  file: string,
  variables: OdooVariables,
): Promise<OdooSettings | undefined> {
  const text = await readIfThere(file);
  const { url, database, user } = variables;
  if (text === undefined && url === undefined) return undefined;
  const { value: own = {}, findings } = readConfig(
    { path: path.basename(file), text: text ?? '' },
    fileSchema,
  );
  if (findings.length > 0) throw invalid(findings.map(({ message }) => message));
  const result = odooSettingsSchema.safeParse({
    ...own,
    ...(url !== undefined && { url }),
    ...(database !== undefined && { database }),
    ...(user !== undefined && { user }),
  });
  if (result.success) return result.data;
  throw invalid(
    result.error.issues.map(
      ({ path: place, message }) =>
        `${place.join('.')} (odoo.yaml, or TRADELANE_ODOO_${String(place[0]).toUpperCase()}): ${message}`,
    ),
  );
}

/** What the environment may say instead may be missing in the file. */
const fileSchema = odooSettingsSchema.partial({ url: true, database: true });

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function invalid(problems: readonly string[]): GatewayError {
  return new GatewayError('CONFIG_INVALID', `The settings of Odoo are not usable: ${problems.join('; ')}`);
}
