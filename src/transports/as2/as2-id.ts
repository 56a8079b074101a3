/** An AS2 identifier as AS2-From and AS2-To hold it: in quotes only where it has a space, a quote or a backslash. */
export function formatAs2Id(id: string): string {
  return /[ "\\]/.test(id) ? `"${id.replace(/["\\]/g, '\\$&')}"` : id;
}

/** The identifier itself: without quotes and their escapes. Upper and lower case, and inner spaces, are part of it. */
export function readAs2Id(field: string): string {
  const text = field.trim();
  const quoted = text.length >= 2 && text.startsWith('"') && text.endsWith('"');
  return quoted ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text;
}

/** `<id@station>` from an id that is unique in the world; the station's name only helps who reads logs. */
export function formatMessageId(id: string, as2Id: string): string {
  const host = as2Id.replace(/[^A-Za-z0-9.-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '') || 'tradelane';
  return `<${id}@${host}>`;
}

/** Whether it is `<left@right>` without spaces, in the length of a line (RFC 5322 sections 2.1.1 and 3.6.4). */
export function isMessageId(text: string): boolean {
  return text.length <= 998 && /^<[\x21-\x3b=\x3f\x41-\x7e]+@[\x21-\x3b=\x3f\x41-\x7e]+>$/.test(text);
}

/** Message-IDs are compared without the brackets that some senders leave out. */
export function bareMessageId(messageId: string): string {
  return messageId.trim().replace(/^<(.*)>$/s, '$1');
}
