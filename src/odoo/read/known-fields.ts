import type { FieldInfo } from '../client/nested-read.ts';
import type { OdooClient, OdooSpecification } from '../client/odoo-client.ts';

/** The fields that this database has: versions and apps differ, and a name that is unknown fails a whole read. */
export class KnownFields {
  readonly #client: OdooClient;
  readonly #models = new Map<string, Promise<Record<string, FieldInfo>>>();

  constructor(client: OdooClient) {
    this.#client = client;
  }

  of(model: string): Promise<Record<string, FieldInfo>> {
    const known = this.#models.get(model);
    if (known !== undefined) return known;
    const asked = this.#client.call<Record<string, FieldInfo>>(model, 'fields_get', {
      attributes: ['type', 'relation'],
    });
    this.#models.set(model, asked);
    asked.catch(() => this.#models.delete(model));
    return asked;
  }

  async only(model: string, names: readonly string[]): Promise<string[]> {
    const fields = await this.of(model);
    return names.filter((name) => name === 'id' || Object.hasOwn(fields, name));
  }

  /** The specification without what this database does not have. */
  async within(model: string, specification: OdooSpecification): Promise<OdooSpecification> {
    const fields = await this.of(model);
    const kept: [string, OdooSpecification[string]][] = [];
    for (const [name, { fields: below }] of Object.entries(specification)) {
      const field = fields[name];
      if (field === undefined) continue;
      const nested = below !== undefined && field.relation !== undefined;
      kept.push([name, nested ? { fields: await this.within(field.relation!, below) } : {}]);
    }
    return Object.fromEntries(kept);
  }
}
