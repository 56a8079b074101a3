/** Hash algorithms by the name of OpenSSL. */
export type Digest = 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';

/** Content ciphers. CBC ones travel in EnvelopedData (RFC 5652), GCM ones in AuthEnvelopedData (RFC 5083, 5084). */
export type Cipher = '3des' | 'aes128' | 'aes192' | 'aes256' | 'aes128-gcm' | 'aes192-gcm' | 'aes256-gcm';

/** RSAES-PKCS1-v1_5, or RSAES-OAEP with that hash (RFC 3560). */
export type KeyTransport = 'pkcs1' | 'oaep-sha1' | 'oaep-sha256';

/**
 * How the signature algorithm is named in the SignerInfo: `rsa` as rsaEncryption, `rsa-with-hash` as shaXXXWithRSA (both
 * RSASSA-PKCS1-v1_5), `rsa-pss` (RFC 4056), `ecdsa` (RFC 5753).
 */
export type SignatureScheme = 'rsa' | 'rsa-with-hash' | 'rsa-pss' | 'ecdsa';
