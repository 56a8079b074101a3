export interface Mail {
  from?: string;
  files: readonly { name: string; bytes: Uint8Array }[];
  /** A picture in the text, by its Content-ID. */
  picture?: boolean;
  headers?: readonly string[];
}

let count = 0;

/** A message as a mail program writes it: text with attachments. */
export function writeMail({
  from = 'EDI <edi@acme.example>',
  files,
  picture = false,
  headers = [],
}: Mail): Buffer {
  count += 1;
  const part = (lines: string[], bytes: Uint8Array) =>
    [
      '--b',
      ...lines,
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from(bytes)
        .toString('base64')
        .replaceAll(/.{1,76}/g, '$&\r\n'),
    ].join('\r\n');
  return Buffer.from(
    [
      ...headers,
      ...(from === '' ? [] : [`From: ${from}`]),
      'To: edi@us.example',
      'Subject: Orders',
      `Message-ID: <${count}@acme.example>`,
      'Date: Mon, 02 Mar 2026 08:00:00 +0000',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/html; charset=utf-8',
      '',
      picture ? '<p>Orders <img src="cid:logo@acme"></p>' : '<p>Orders</p>',
      ...(picture
        ? [
            part(
              [
                'Content-Type: image/png; name=logo.png',
                'Content-ID: <logo@acme>',
                'Content-Disposition: inline',
              ],
              Buffer.from('png'),
            ),
          ]
        : []),
      ...files.map(({ name, bytes }) =>
        part(
          [
            'Content-Type: application/octet-stream',
            `Content-Disposition: attachment; ${nameParameter(name)}`,
          ],
          bytes,
        ),
      ),
      '--b--',
      '',
    ].join('\r\n'),
  );
}

/** RFC 2231 where the name is more than ASCII. */
function nameParameter(name: string): string {
  return /^[\x20-\x7e]*$/.test(name) ? `filename="${name}"` : `filename*=utf-8''${encodeURIComponent(name)}`;
}
