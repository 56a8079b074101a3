import type { Entity } from './entity.ts';
import { readParameters } from './parameters.ts';

/** The file name that a part goes by: Content-Disposition first, then the name of its Content-Type. Not yet safe. */
export function fileNameOf({ headers, type }: Pick<Entity, 'headers' | 'type'>): string | undefined {
  const name =
    readParameters(headers.get('content-disposition')).parameters.get('filename') ??
    type.parameters.get('name');
  return name === undefined || name === '' ? undefined : decodeWords(name);
}

/** Encoded words (RFC 2047), which do not belong into a parameter but stand there. */
function decodeWords(name: string): string {
  return name.replaceAll(
    /=\?([\w-]+)\?([BQ])\?([^?]*)\?=\s*/gi,
    (word, charset: string, kind: string, encoded: string) => {
      const octets =
        kind.toUpperCase() === 'B'
          ? Buffer.from(encoded, 'base64')
          : Buffer.from(
              encoded
                .replaceAll('_', ' ')
                .replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) =>
                  String.fromCharCode(Number.parseInt(hex, 16)),
                ),
              'latin1',
            );
      try {
        return new TextDecoder(charset).decode(octets);
      } catch {
        return word;
      }
    },
  );
}

/** `filename` parameter of a Content-Disposition: ASCII as a quoted string, anything else by RFC 2231. */
export function fileNameParameter(name: string): string {
  const isPlain = /^[\x20-\x7e]*$/.test(name);
  if (isPlain) return `filename="${name.replaceAll(/["\\]/g, '\\$&')}"`;
  const encoded = encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16)}`,
  );
  return `filename*=UTF-8''${encoded}`;
}
