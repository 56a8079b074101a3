import { GatewayError } from '../../../common/errors.ts';
import type { Content } from '../content.ts';
import type { ContentHeaders } from '../message-model.ts';
import { base64Length, base64Lines, encodeBase64 } from './transfer-encoding.ts';

/** Bytes of a known length that can be gone through again and again. */
export interface Body {
  length: number;
  blocks: () => Iterable<Uint8Array>;
  /** Where these bytes already lie as a whole. */
  content?: Content;
}

/** A MIME entity to be written. */
export interface OutboundEntity {
  headers: ContentHeaders;
  body: Body;
}

/** Up to here bytes are put together at once. */
const SMALL_BYTES = 16 * 1024;

const CRLF = '\r\n';

/** All of a body that fits into memory. */
export const wholeBytes = ({ content, blocks }: Body): Uint8Array =>
  content instanceof Uint8Array ? content : Buffer.concat([...blocks()]);

export const bytesBody = (bytes: Uint8Array): Body => ({
  length: bytes.length,
  blocks: () => [bytes],
  content: bytes,
});

export function base64Body(body: Body): Body {
  const { content } = body;
  if (content instanceof Uint8Array && content.length <= SMALL_BYTES) return bytesBody(base64Lines(content));
  return { length: base64Length(body.length), blocks: () => encodeBase64(body.blocks()) };
}

export function joinBodies(...bodies: readonly Body[]): Body {
  const length = bodies.reduce((sum, body) => sum + body.length, 0);
  const contents = bodies.map(({ content }) => content);
  if (length <= SMALL_BYTES && contents.every((content) => content instanceof Uint8Array))
    return bytesBody(Buffer.concat(contents));
  return {
    length,
    blocks: function* () {
      for (const body of bodies) yield* body.blocks();
    },
  };
}

/** Header block, blank line, body: every header line ends with CRLF. */
export function wholeEntity({ headers, body }: OutboundEntity): Body {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${checked(name, value)}${CRLF}`);
  return joinBodies(bytesBody(Buffer.from(lines.join('') + CRLF, 'utf8')), body);
}

/** A value of ours or of the settings that would break out of its line. */
function checked(name: string, value: string): string {
  if (/[\r\n\0]/.test(value)) throw new GatewayError('INVALID_REQUEST', `${name} holds a line break or NUL.`);
  return value;
}

/** Puts entities between delimiter lines; nothing before the first and nothing behind the last. */
export function multipartBody(entities: readonly Body[], boundary: string): Body {
  return joinBodies(
    ...entities.flatMap((entity, i) => [
      bytesBody(Buffer.from(`${i === 0 ? '' : CRLF}--${boundary}${CRLF}`, 'latin1')),
      entity,
    ]),
    bytesBody(Buffer.from(`${CRLF}--${boundary}--${CRLF}`, 'latin1')),
  );
}
