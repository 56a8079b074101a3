const PREFIX = 'whsec_';
/** Whole bytes, with or without the padding; other secrets only begin alike. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=?|[A-Za-z0-9+/]{2}(?:==)?)$/;

/**
 * The bytes that sign webhooks (standardwebhooks.com): those that a secret tells in Base64 behind `whsec_`, or its own in UTF-8.
 */
export function webhookKey(secret: string): Uint8Array {
  const coded = secret.slice(PREFIX.length);
  return secret.startsWith(PREFIX) && BASE64.test(coded)
    ? Uint8Array.from(atob(coded), (character) => character.charCodeAt(0))
    : new TextEncoder().encode(secret);
}
