import { toSafeName } from '../file-name.ts';
import type { InboundPart } from './message-security.ts';

const EXTENSIONS: Readonly<Record<string, string>> = {
  'application/edifact': 'edi',
  'application/edi-x12': 'edi',
  'application/edi-consent': 'edi',
  'application/xml': 'xml',
  'text/xml': 'xml',
  'application/json': 'json',
  'text/csv': 'csv',
  'text/plain': 'txt',
};

/** Longer names say nothing more, and leave no room for a number. */
const MAX_NAME = 150;

/**
 * A safe name for each payload of a message: the sender's without folders and reserved characters, the message's own where he
 * gives none; a number where two are the same.
 */
export function fileNamesOf(
  parts: readonly Pick<InboundPart, 'fileName' | 'contentType'>[],
  messageId: string,
): string[] {
  const taken = new Set<string>();
  return parts.map((part) => {
    const name = freeName(baseNameOf(part, messageId), taken);
    taken.add(name.toLowerCase());
    return name;
  });
}

function baseNameOf(
  { fileName, contentType }: Pick<InboundPart, 'fileName' | 'contentType'>,
  messageId: string,
): string {
  const last = (fileName ?? '').split(/[/\\]/).at(-1)!.trim();
  if (last !== '' && !/^\.+$/.test(last)) return toSafeName(shortened(last));
  const stem = messageId
    .replace(/[<>]/g, '')
    .replace(/[^\w.@-]+/g, '-')
    .slice(0, MAX_NAME);
  return toSafeName(`${stem || 'message'}.${EXTENSIONS[contentType.toLowerCase()] ?? 'dat'}`);
}

function shortened(name: string): string {
  return name.length <= MAX_NAME ? name : Array.from(name).slice(0, MAX_NAME).join('');
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name.toLowerCase())) return name;
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  for (let number = 2; ; number += 1) {
    const candidate = `${stem}-${number}${extension}`;
    if (!taken.has(candidate.toLowerCase())) return candidate;
  }
}
