import type { Conversion } from './conversion.ts';

/** GS1 check digit (weights 3, 1 from the right): GTIN-8/12/13/14, GLN, SSCC-18. */
function hasValidCheckDigit(digits: string): boolean {
  let total = 0;
  for (let i = digits.length - 2, weight = 3; i >= 0; i--, weight = 4 - weight)
    total += (digits.charCodeAt(i) - 48) * weight;
  return (10 - (total % 10)) % 10 === digits.charCodeAt(digits.length - 1) - 48;
}

function isDigits(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

/** Digits alone, and as many as a GTIN has, with the check digit that they should have. */
function isGtinAt(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length !== 8 && (length < 12 || length > 14)) return false;
  let total = 0;
  for (let i = end - 1, weight = 1; i >= start; i--, weight = 4 - weight) {
    const digit = bytes[i]! - 48;
    if (digit < 0 || digit > 9) return false;
    total += digit * weight;
  }
  return total % 10 === 0;
}

/** `gtin`; `gtin14` pads with zeros to 14 digits when written. Odd ones are kept: the partner sees them on labels. */
export function gtin(length: number | undefined): Conversion {
  return {
    name: length === undefined ? 'gtin' : `gtin${length}`,
    expected: 'a GTIN of 8, 12, 13 or 14 digits',
    read: (text) => text,
    isItself: isGtinAt,
    write: (value) => (length === undefined ? String(value) : String(value).padStart(length, '0')),
    warn(text) {
      const { length: digits } = text;
      if ((digits !== 8 && (digits < 12 || digits > 14)) || !isDigits(text))
        return 'is not a GTIN of 8, 12, 13 or 14 digits';
      return hasValidCheckDigit(text) ? undefined : 'has a wrong check digit';
    },
  };
}

/** `sscc18`; `sscc20` writes the application identifier 00 in front. Both read both. */
export function sscc(length: 18 | 20): Conversion {
  const digitsOf = (text: string): string => (/^00\d{18}$/.test(text) ? text.slice(2) : text);
  return {
    name: `sscc${length}`,
    expected: 'an SSCC of 18 digits, or 20 with 00 in front',
    read: digitsOf,
    write: (value) =>
      length === 20 && /^\d{18}$/.test(String(value)) ? `00${String(value)}` : String(value),
    warn(text) {
      const digits = digitsOf(text);
      if (!/^\d{18}$/.test(digits)) return 'is not an SSCC of 18 digits';
      return hasValidCheckDigit(digits) ? undefined : 'has a wrong check digit';
    },
  };
}
