import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { request as httpRequest } from 'node:http';
import { startPair } from './as2-fixture.ts';
import type { Pair } from './as2-fixture.ts';

// A configuration is compiled by the first test that needs it.
jest.setTimeout(60_000);

let pair: Pair;
afterEach(() => pair.close());

const received = async () => (await pair.them.gateway.all('files', { direction: 'inbound' })).length;

describe('a sender’s address', () => {
  test.each(['127.0.0.1', '127.0.0.0/8'])('%s is listed: taken', async (address) => {
    pair = await startPair('', { them: { settings: `accept: { addresses: ['${address}'] }` } });
    await pair.us.send();
    expect(await received()).toBe(1);
  });

  test('is not listed: nothing is read', async () => {
    pair = await startPair('', { them: { settings: "accept: { addresses: ['203.0.113.0/24'] }" } });
    await expect(pair.us.send()).rejects.toMatchObject({
      code: 'TRANSPORT_REJECTED',
      message: expect.stringContaining('HTTP 403'),
    });
    expect(await received()).toBe(0);
    expect(await pair.them.messages()).toEqual([]);
  });
});

describe('the AS2 address is asked for something else', () => {
  function ask(
    method: string,
    headers: Record<string, string>,
    body = '',
  ): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const { port } = pair.them.listener;
      const request = httpRequest({ host: '127.0.0.1', port, path: '/as2', method, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      });
      request.on('error', reject).end(body);
    });
  }
  const ids = { 'AS2-From': 'TRADELANE', 'AS2-To': 'NORTHWIND', 'Message-ID': '<1@us>' };

  test('by a browser: it says nothing of itself', async () => {
    pair = await startPair();
    expect(await ask('GET', {})).toEqual({ status: 200, text: 'AS2\n' });
    expect(await ask('HEAD', {})).toEqual({ status: 200, text: '' });
    expect(await ask('PUT', ids)).toMatchObject({ status: 405 });
    expect(await ask('POST', { ...ids, 'Content-Type': 'application/json' }, '{}')).toMatchObject({
      status: 400,
    });
    expect(await ask('POST', { 'Content-Type': 'application/edifact' }, 'UNB')).toMatchObject({
      status: 400,
    });
    expect(await pair.them.messages()).toEqual([]);
  });

  test('a message without a Message-ID: taken where no receipt is asked for, else refused', async () => {
    pair = await startPair('accept: { signed: false, encrypted: false }');
    const unnamed = { 'AS2-From': 'TRADELANE', 'AS2-To': 'NORTHWIND', 'Content-Type': 'application/edifact' };
    const wanted = { ...unnamed, 'Disposition-Notification-To': 'edi@us' };
    expect(await ask('POST', wanted, 'UNB')).toMatchObject({ status: 400 });
    expect(await received()).toBe(0);
    expect(await ask('POST', unnamed, 'UNB')).toMatchObject({ status: 200, text: '' });
    expect(await received()).toBe(1);
  });
});
