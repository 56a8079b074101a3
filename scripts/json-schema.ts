/** What the scripts use of JSON Schema. */
export interface JsonSchema {
  description?: string;
  type?: string | string[];
  const?: string | boolean;
  enum?: readonly unknown[];
  default?: unknown;
  properties?: Record<string, JsonSchema>;
  required?: readonly string[];
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  additionalProperties?: unknown;
}
