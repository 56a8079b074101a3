/** Methods of Odoo's models that only read: repeating them is always safe. */
const READING = new Set([
  'read',
  'search',
  'search_read',
  'search_count',
  'web_read',
  'web_search_read',
  'fields_get',
  'name_search',
  'read_group',
  'get_metadata',
  'default_get',
  'context_get',
  'check_object_reference',
  'has_access',
  'check_access_rights',
  'has_group',
  'get_portal_url',
]);

export function isReading(method: string): boolean {
  return READING.has(method);
}
