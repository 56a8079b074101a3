import { describe, expect, test } from '@jest/globals';
import { readMdn, signMdn } from '../../../src/transports/as2/message-security.ts';
import { AT, lowerCase, newIdentity } from '../../support/as2-message.ts';

const partner = newIdentity('partner');
const stranger = newIdentity('stranger');
const SIGN = { digest: 'sha256', scheme: 'rsa', at: AT } as const;
const FIELDS =
  'Original-Message-ID: <1@a>\r\nDisposition: automatic-action/MDN-sent-automatically; processed\r\n';

function report(lineEnd = '\r\n', fieldPart = ''): { headers: Record<string, string>; body: Buffer } {
  const part =
    fieldPart === '' ? `Content-Type: message/disposition-notification\r\n\r\n${FIELDS}` : fieldPart;
  const text = `--r\r\nContent-Type: text/plain\r\n\r\nReceived.\r\n--r\r\n${part}\r\n--r--\r\n`;
  return {
    headers: { 'Content-Type': 'multipart/report; report-type=disposition-notification; boundary="r"' },
    body: Buffer.from(text.replaceAll('\r\n', lineEnd)),
  };
}

const types = (parts: readonly { contentType: string }[]): string[] =>
  parts.map(({ contentType }) => contentType);

describe('a receipt', () => {
  test('that is signed is verified by the partner’s certificates only', () => {
    const signed = signMdn(report(), { ...partner, ...SIGN });
    const headers = lowerCase(signed.headers);
    const read = readMdn(headers, signed.body, { verification: [stranger.certificate, partner.certificate] });
    expect(read.signature).toMatchObject({
      state: 'valid',
      digest: 'sha256',
      signer: { fingerprint: partner.certificate.fingerprint },
    });
    expect(types(read.parts)).toEqual(['text/plain', 'message/disposition-notification']);
    expect(Buffer.from(read.parts[1]!.body).toString()).toBe(FIELDS);
    expect(readMdn(headers, signed.body, { verification: [stranger.certificate] }).signature.state).toBe(
      'invalid',
    );
    expect(readMdn(headers, signed.body, { verification: [] }).signature.state).toBe('invalid');
  });

  test('that was changed does not verify, and can still be read', () => {
    const signed = signMdn(report(), { ...partner, ...SIGN });
    const forged = Buffer.from(
      Buffer.from(signed.body).toString('latin1').replace('processed', 'Processed'),
      'latin1',
    );
    const read = readMdn(lowerCase(signed.headers), forged, { verification: [partner.certificate] });
    expect(read.signature).toMatchObject({ state: 'invalid' });
    expect(read.parts).toHaveLength(2);
  });

  test('that is unsigned says so', () => {
    const { headers, body } = report();
    expect(readMdn(lowerCase(headers), body, { verification: [partner.certificate] })).toMatchObject({
      signature: { state: 'unsigned' },
    });
  });

  test('with line feeds, a base64 part or parts of parts is read', () => {
    const { headers, body } = report('\n');
    expect(types(readMdn(lowerCase(headers), body, { verification: [] }).parts)).toEqual([
      'text/plain',
      'message/disposition-notification',
    ]);
    const base64 = `Content-Type: message/disposition-notification\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(FIELDS).toString('base64')}`;
    const encoded = report('\r\n', base64);
    expect(
      Buffer.from(
        readMdn(lowerCase(encoded.headers), encoded.body, { verification: [] }).parts[1]!.body,
      ).toString(),
    ).toBe(FIELDS);
  });

  test('that is none gives nothing', () => {
    expect(
      readMdn({ 'content-type': 'multipart/report; boundary=x' }, Buffer.from('--y'), { verification: [] })
        .parts,
    ).toEqual([]);
    expect(
      readMdn({ 'content-type': 'multipart/signed; boundary=x' }, Buffer.from('--y'), { verification: [] }),
    ).toMatchObject({ signature: { state: 'invalid' }, parts: [] });
    expect(readMdn({}, Buffer.alloc(0), { verification: [] })).toMatchObject({
      signature: { state: 'unsigned' },
    });
  });
});
