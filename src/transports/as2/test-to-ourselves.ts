import { GatewayError } from '../../common/errors.ts';
import type { Agreement } from './agreement.ts';
import { chooseActive } from './choose-certificates.ts';
import type { UnpackedMessage } from './message-security.ts';
import { packMessage, unpackMessage } from './message-security.ts';
import { DIGESTS } from './mic.ts';
import { describeOptions, packOptions } from './pack-request.ts';
import type { As2Station } from './station.ts';
import { TemporaryFolder } from './temporary-folder.ts';

/** Every byte, and line ends of all kinds: what a layer could change on its way. */
const CONTENT = Buffer.concat([
  Buffer.from('\n\r\n\r--\r\n\n'),
  Buffer.from(Array.from({ length: 256 }, (_, octet) => octet)),
  Buffer.from('\n\n'),
]);

/**
 * Puts the layers of the agreement around a content and takes them off again, as a partner with our own certificates would.
 * Nothing leaves this machine. Throws CERTIFICATE_*, TRANSPORT_REJECTED.
 */
export async function testToOurselves(station: As2Station, agreement: Agreement): Promise<string> {
  const folder = new TemporaryFolder(station.temporaryFolder);
  try {
    const { options } = await packOptions(station, agreement, folder);
    const { sign, encrypt } = options;
    const own = await station.keys.ownKeys();
    const ours = chooseActive(own, 'encrypt', station.context.clock.now());
    if (encrypt !== undefined) {
      if (ours?.certificate.keyType !== 'rsa') return 'We have no RSA key for encryption: not tried.';
      options.encrypt = { ...encrypt, recipients: [ours.certificate] };
    }
    const { transferEncoding } = agreement.settings.security;
    const packed = await packMessage(
      [{ content: CONTENT, contentType: 'application/octet-stream', fileName: 'test.bin', transferEncoding }],
      options,
    );
    const headers = Object.fromEntries(
      Object.entries(packed.headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const opened = await unpackMessage(
      headers,
      packed.body,
      { decryption: own, verification: sign === undefined ? [] : [sign.certificate] },
      {
        policy: {
          mustBeSigned: sign !== undefined,
          mustBeEncrypted: encrypt !== undefined,
          digests: DIGESTS,
          ciphers: encrypt === undefined ? [] : [encrypt.cipher],
        },
        micDigests: options.micDigests ?? [],
        folder: folder.path,
      },
    );
    if (!opened.ok) throw failed(`${opened.modifier}: ${opened.reason}`);
    if (!isSame(opened)) throw failed('its content is not the same');
    if (opened.mic.value !== packed.mic.value) throw failed('its MIC is not the same');
    const layers = describeOptions(options);
    return `A message to ourselves (${layers.join(', ') || 'plain'}) came back byte for byte, with the same MIC.`;
  } finally {
    await folder.remove();
  }
}

function isSame({ parts: [part] }: UnpackedMessage): boolean {
  return part?.content instanceof Uint8Array && CONTENT.equals(part.content);
}

function failed(reason: string): GatewayError {
  return new GatewayError(
    'TRANSPORT_REJECTED',
    `A message to ourselves with the layers of these settings could not be opened again: ${reason}.`,
  );
}
