/** What JSON writes in another way than as it stands between quotation marks. */
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;

/** JSON text with members in one order and without undefined ones: equal values are equal texts. */
export function stableText(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(stableText).join(',')}]`;
  const members = value as Readonly<Record<string, unknown>>;
  let text = '';
  for (const name of Object.keys(members).sort()) {
    const member = members[name];
    if (member !== undefined) text += `${text === '' ? '' : ','}${quote(name)}:${stableText(member)}`;
  }
  return `{${text}}`;
}

function quote(text: string): string {
  return ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`;
}
