/** Bytes that are no MIME of AS2. The message is for our log. */
export class MimeError extends Error {
  override readonly name = 'MimeError';
}
