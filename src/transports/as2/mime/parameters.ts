/** A header field such as Content-Type or Content-Disposition (RFC 2045 5.1, RFC 2183). */
export interface ParameterField {
  /** Lower case. */
  value: string;
  /** Names in lower case, values decoded (RFC 2231). */
  parameters: ReadonlyMap<string, string>;
}

const NONE: ReadonlyMap<string, string> = new Map();
const PARAMETER = /;\s*([^\s=;]+)\s*=\s*(?:"((?:[^"\\]|\\[\s\S])*)"|([^;]*))/g;

/** Tolerant: what cannot be read is left out. */
export function readParameters(field: string | undefined): ParameterField {
  const text = field ?? '';
  const end = text.indexOf(';');
  if (end < 0) return { value: text.trim().toLowerCase(), parameters: NONE };
  const raw = new Map<string, string>();
  let isDecoded = true;
  PARAMETER.lastIndex = end;
  for (let match = PARAMETER.exec(text); match !== null; match = PARAMETER.exec(text)) {
    const [, name = '', quoted, bare] = match;
    const key = name.toLowerCase();
    if (raw.has(key)) continue;
    // Only quotes and backslashes are taken out of their escape: file names come with plain backslashes.
    raw.set(key, quoted?.replaceAll(/\\(["\\])/g, '$1') ?? bare?.trim() ?? '');
    isDecoded &&= !key.includes('*');
  }
  return { value: text.slice(0, end).trim().toLowerCase(), parameters: isDecoded ? raw : decoded(raw) };
}

/** Puts continuations together and decodes extended values: `name*0*=UTF-8''a%20; name*1=b` (RFC 2231 3, 4). */
function decoded(raw: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const result = new Map<string, string>();
  for (const [key, value] of raw) if (!key.includes('*')) result.set(key, value);
  for (const name of new Set(
    [...raw.keys()].filter((key) => key.includes('*')).map((key) => key.split('*', 1)[0]!),
  )) {
    const whole = raw.get(`${name}*`);
    const value = whole === undefined ? joined(raw, name) : extended(whole);
    if (value !== undefined) result.set(name, value);
  }
  return result;
}

function joined(raw: ReadonlyMap<string, string>, name: string): string | undefined {
  let text = '';
  let isExtended = false;
  for (let i = 0; ; i++) {
    const plain = raw.get(`${name}*${i}`);
    const encoded = raw.get(`${name}*${i}*`);
    if (plain === undefined && encoded === undefined) break;
    isExtended ||= encoded !== undefined;
    text += encoded ?? encodeURIComponent(plain ?? '');
  }
  if (text === '') return undefined;
  return isExtended ? extended(text) : decodeURIComponent(text);
}

function extended(value: string): string | undefined {
  const [, charset = '', , encoded = ''] = /^([^']*)'([^']*)'([\s\S]*)$/.exec(value) ?? [];
  const octets = Buffer.from(
    encoded.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
  try {
    return new TextDecoder(charset === '' ? 'utf-8' : charset, { fatal: true }).decode(octets);
  } catch {
    return octets.toString('latin1');
  }
}
