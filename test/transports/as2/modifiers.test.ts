import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { HeaderLine } from '../../../src/pipeline/channels/as2-message-record.ts';
import { receiveRequest } from '../../../src/transports/as2/receive-request.ts';
import { TemporaryFolder } from '../../../src/transports/as2/temporary-folder.ts';
import { startPair } from './as2-fixture.ts';
import type { Pair } from './as2-fixture.ts';

// A configuration is compiled by the first test that needs it.
jest.setTimeout(60_000);

let pair: Pair;
afterEach(() => pair.close());

const PLAIN = 'security: { sign: none, encrypt: none }';
const accept = (more: string) => `${PLAIN}\naccept: { signed: false, encrypted: false${more} }`;

interface Sent {
  messageId: string;
  version?: string;
  /** Names of the payloads; undefined for one without a name. */
  names?: readonly (string | undefined)[];
}

/** Sends a plain message with a payload for each name; the disposition of the receipt. */
async function post({ messageId, version = '1.2', names = ['order.edi'] }: Sent): Promise<string> {
  const parts = names.map((name, index) =>
    [
      'Content-Type: application/edifact',
      ...(name === undefined ? [] : [`Content-Disposition: attachment; filename="${name}"`]),
      '',
      `UNB+${messageId}+${index}'`,
    ].join('\r\n'),
  );
  const headers: HeaderLine[] = [
    ['AS2-Version', version],
    ['AS2-From', 'TRADELANE'],
    ['AS2-To', 'NORTHWIND'],
    ['Message-ID', messageId],
    ['Disposition-Notification-To', 'edi@us'],
    ['Content-Type', 'multipart/related; boundary="b"'],
  ];
  const answer = await receiveRequest(pair.them.station, {
    headers,
    body: Buffer.from(`--b\r\n${parts.join('\r\n--b\r\n')}\r\n--b--\r\n`),
    remoteAddress: '127.0.0.1',
    startedMs: 0,
    folder: new TemporaryFolder(`${pair.them.folder}/request`),
  });
  expect(answer.status).toBe(200);
  const text = Buffer.from(answer.body).toString();
  expect(text).toContain(`Original-Message-ID: ${messageId}\r\n`);
  return /^Disposition: automatic-action\/MDN-sent-automatically; (.*)\r$/m.exec(text)![1]!;
}

const inboundNames = async () =>
  (await pair.them.gateway.all('files', { direction: 'inbound' })).map(({ name }) => name);

describe('invalid-message-id', () => {
  test.each([
    ['without brackets', 'no-brackets@us'],
    ['with a space', '<two words@us>'],
    ['without @', '<nobody>'],
    ['with something behind it', '<a@b>c'],
    ['longer than a line', `<${'x'.repeat(1000)}@us>`],
  ])(
    'a Message-ID %s is refused where the sender speaks AS2 1.3, and taken from older ones',
    async (_what, messageId) => {
      pair = await startPair(accept(''));
      expect(await post({ messageId, version: '1.3' })).toBe('processed/error: invalid-message-id');
      expect(await inboundNames()).toEqual([]);
      expect(await pair.them.gateway.troubles()).toContain('MESSAGE_REFUSED');
      expect(await post({ messageId })).toBe('processed');
      expect(await inboundNames()).toHaveLength(1);
    },
  );

  test('a good one is taken', async () => {
    pair = await startPair(accept(''));
    expect(await post({ messageId: '<20260302-1@us.example>', version: '1.3' })).toBe('processed');
  });
});

describe('names of payloads', () => {
  test('are made safe and numbered, unless the agreement wants them as they were sent', async () => {
    pair = await startPair(accept(''));
    expect(await post({ messageId: '<1@us>', names: ['../a.edi', 'a.edi', undefined] })).toBe('processed');
    expect(await inboundNames()).toEqual(['a.edi', 'a-2.edi', '1@us.edi']);
  });

  test.each([
    ['with a path', '../../etc/passwd'],
    ['with a backslash', 'a\\b.edi'],
    ['with a colon', 'con:1.edi'],
    ['that begins with a dot', '.hidden'],
    ['of 304 characters', `${'x'.repeat(300)}.edi`],
  ])('illegal-filename: one %s cannot be kept as it is', async (_what, name) => {
    pair = await startPair(accept(', fileNames: asSent'));
    expect(await post({ messageId: '<1@us>', names: ['good.edi', name] })).toBe(
      'processed/error: illegal-filename',
    );
    expect(await inboundNames()).toEqual([]);
    expect(await pair.them.gateway.troubles()).toContain('MESSAGE_REFUSED');
  });

  test('duplicate-filename: twice in a message, or in an earlier message of the partner', async () => {
    pair = await startPair(accept(', fileNames: asSent'));
    expect(await post({ messageId: '<1@us>', names: ['a.edi', 'A.edi'] })).toBe(
      'processed/error: duplicate-filename',
    );
    expect(await post({ messageId: '<2@us>', names: ['a.edi', 'b.edi'] })).toBe('processed');
    expect(await post({ messageId: '<3@us>', names: ['c.edi', 'b.edi'] })).toBe(
      'processed/error: duplicate-filename',
    );
    expect(await post({ messageId: '<2@us>', names: ['a.edi', 'b.edi'] })).toBe('processed');
    expect(await post({ messageId: '<4@us>', names: ['c.edi', undefined] })).toBe('processed');
    expect(await inboundNames()).toEqual(['a.edi', 'b.edi', 'c.edi', '4@us.edi']);
  });

  test('duplicate-filename: of two messages that come at the same time one is taken', async () => {
    pair = await startPair(accept(', fileNames: asSent'));
    const outcomes = await Promise.all([post({ messageId: '<1@us>' }), post({ messageId: '<2@us>' })]);
    expect(outcomes.sort()).toEqual(['processed', 'processed/error: duplicate-filename']);
    expect(await inboundNames()).toEqual(['order.edi']);
  });
});
