const MAX_NAME_BYTES = 255;

/**
 * Why a name from a server's list must not be used in a command to that server or as a name here; undefined when it may. The
 * list is the partner's word: a name can hold a path, a line break or a wildcard.
 */
export function troubleOfName(name: string): string | undefined {
  if (name === '' || name === '.' || name === '..') return 'the name is not the name of a file';
  if (/[\u0000-\u001f\u007f]/.test(name)) return 'the name holds control characters';
  if (/[/\\]/.test(name)) return 'the name holds a path';
  if (/[*?]/.test(name)) return 'the name holds a wildcard';
  if (/^\s|\s$/.test(name)) return 'the name begins or ends with a space';
  if (name.includes('\ufffd')) return 'the name is not in the encoding that is set for this channel';
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) return 'the name is too long';
  return undefined;
}
