/** Who asks: a person of the console, an API token's name, `cli:alice`, `erp`. Goes into the audit log and the order's events. */
export interface Actor {
  name: string;
  /** Role names; `admin` may do everything. */
  roles: readonly string[];
}
