/**
 * Characters that a partner can receive: X12 basic and extended character set (X12.5), EDIFACT levels UNOA and UNOB, or
 * every printable character that the character set of the interchange has (`any`); `verbatim` has control characters too.
 */
export type Repertoire = 'x12-basic' | 'x12-extended' | 'unoa' | 'unob' | 'any' | 'verbatim';

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const X12_BASIC = `${UPPER}!"&'()*+,-./:;?=`;

const CHARACTERS: Readonly<Record<Exclude<Repertoire, 'any' | 'verbatim'>, string>> = {
  'x12-basic': X12_BASIC,
  'x12-extended': `${X12_BASIC}${LOWER}%~@[]_{}\\|<>#$^\``,
  unoa: `${UPPER}.,-()/=!"%&*;<>'+:?`,
  unob: `${UPPER}${LOWER}.,-()/'+:=?!"%&*;<>`,
};

const tables = new Map<Repertoire, readonly boolean[]>();

/** For each code below 128: whether the repertoire has the character. Control characters are in none. */
export function asciiOf(repertoire: Repertoire): readonly boolean[] {
  let table = tables.get(repertoire);
  if (table === undefined) tables.set(repertoire, (table = tableOf(repertoire)));
  return table;
}

function tableOf(repertoire: Repertoire): readonly boolean[] {
  if (repertoire === 'verbatim') return Array.from({ length: 128 }, () => true);
  const characters = repertoire === 'any' ? undefined : CHARACTERS[repertoire];
  return Array.from({ length: 128 }, (_, code) =>
    characters === undefined ? code >= 32 && code < 127 : characters.includes(String.fromCharCode(code)),
  );
}

/** Repertoires that have letters beyond ASCII, as far as the character set encodes them. */
export function hasNationalCharacters(repertoire: Repertoire): boolean {
  return repertoire === 'any' || repertoire === 'verbatim' || repertoire === 'x12-extended';
}

/** The repertoire that a syntax identifier (UNOA) or X12 stands for. */
export function repertoireOf(syntaxIdentifier: string): Repertoire {
  if (syntaxIdentifier === 'UNOA') return 'unoa';
  if (syntaxIdentifier === 'UNOB') return 'unob';
  return 'any';
}

/** Letters and signs whose plain spelling is not what Unicode's decomposition leaves. */
const SPELLINGS: Readonly<Record<string, string>> = {
  ß: 'ss', ẞ: 'SS', Æ: 'AE', æ: 'ae', Œ: 'OE', œ: 'oe', Ø: 'O', ø: 'o', Đ: 'D', đ: 'd', Ð: 'D', ð: 'd', Þ: 'TH',
  þ: 'th', Ł: 'L', ł: 'l', ı: 'i', Ħ: 'H', ħ: 'h', '€': 'EUR', '£': 'GBP', '¥': 'JPY', '©': '(C)', '®': '(R)',
  '™': 'TM', '×': 'x', '÷': '/', '°': ' ', '·': '.', '•': '-', '…': '...', '–': '-', '—': '-', '‐': '-', '‑': '-',
  '−': '-', '‘': "'", '’': "'", '‚': "'", '‛': "'", '“': '"', '”': '"', '„': '"', '«': '"', '»': '"', '‹': "'",
  '›': "'", '´': "'", '`': "'", '\u00a0': ' ', '\u202f': ' ', '\u2009': ' ', '¼': '1/4', '½': '1/2', '¾': '3/4',
  '²': '2', '³': '3', 'µ': 'u', 'Ω': 'Ohm', '\t': ' ', '\r': ' ', '\n': ' ', _: '-', '{': '(', '}': ')', '[': '(',
  ']': ')', '|': '/', '\\': '/', '@': '(at)', '#': 'No.', $: 'USD', '~': '-', '^': ' ', '%': 'pct', '<': '(', '>': ')',
}; // prettier-ignore

/** The most characters that a spelling of it can take where a partner cannot receive the character itself. */
export function longestSpelling(character: string): number {
  const plain = character.normalize('NFKD').replace(/\p{M}/gu, '');
  return Math.max(1, SPELLINGS[character]?.length ?? 0, plain.length, plain.toUpperCase().length);
}

/** How a character is spelled with plainer ones: `é` → `e`, `ß` → `ss`, `a` → `A`; undefined when nobody would know. */
export function transliterate(character: string, has: (text: string) => boolean): string | undefined {
  const candidates = [
    SPELLINGS[character],
    character.normalize('NFD').replace(/\p{M}/gu, ''),
    character.normalize('NFKD').replace(/\p{M}/gu, ''),
  ];
  for (const candidate of candidates) {
    if (candidate === undefined || candidate === '') continue;
    if (candidate !== character && has(candidate)) return candidate;
    const upper = candidate.toUpperCase();
    if (has(upper)) return upper;
  }
  return undefined;
}
