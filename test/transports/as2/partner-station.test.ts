import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { readCertificates, readPrivateKey } from '../../../src/transports/as2/certificate.ts';
import { PartnerStation } from '../../../src/transports/as2/partner-station.ts';
import { freePort } from '../../support/as2-peer.ts';
import { temporaryFolder } from '../../store/temporary-folder.ts';
import { IDENTITIES, Side } from './as2-fixture.ts';

// A configuration is compiled by the first test that needs it.
jest.setTimeout(60_000);

/** The gateway, and the station of its partner, each on this machine. */
let gateway: Side;
let station: PartnerStation;
let folder: ReturnType<typeof temporaryFolder>;
let gatewayUrl: URL;
let ids = 0;

const certificateOf = ({ certificate }: { certificate: string }) =>
  readCertificates(Buffer.from(certificate))[0]!;

function openStation(port: number): Promise<PartnerStation> {
  const own = { certificate: certificateOf(IDENTITIES.them), key: readPrivateKey(IDENTITIES.them.key) };
  const ours = certificateOf(IDENTITIES.us);
  return PartnerStation.open({
    folder: folder.path,
    id: 'NORTHWIND',
    gatewayId: 'TRADELANE',
    url: new URL(`http://127.0.0.1:${port}/`),
    gatewayUrl,
    own,
    gateway: { sign: ours, encrypt: ours },
    clock: gateway.gateway.world.time,
    nextId: () => `station-${(ids += 1)}`,
  });
}

beforeEach(async () => {
  folder = temporaryFolder();
  const port = await freePort();
  gateway = await Side.start(
    { ours: 'TRADELANE', theirs: 'NORTHWIND', own: IDENTITIES.us, partner: IDENTITIES.them },
    { url: `http://127.0.0.1:${port}/` },
  );
  gatewayUrl = new URL(gateway.station.settings.url!);
  station = await openStation(port);
});
afterEach(async () => {
  await station.close();
  await gateway.close();
  folder.remove();
});

const lying = (kind: string) => readdir(path.join(folder.path, kind)).catch((): string[] => []);
const received = async () =>
  (await gateway.gateway.all('files')).map(({ name, direction }) => `${direction} ${name}`);

test('sends and receives signed and encrypted files', async () => {
  await station.send('855.edi', Buffer.from('ISA*00*~'));
  expect(await received()).toEqual(['inbound 855.edi']);
  expect([await lying('sent'), await lying('unsent')]).toEqual([['855.edi'], []]);
  await gateway.send({ name: '850-PO-1.edi', bytes: Buffer.from('ISA*01*~'), key: 'send/1' });
  expect(await station.find('PO-1')).toEqual({ name: '850-PO-1.edi', bytes: Buffer.from('ISA*01*~') });
  expect((await gateway.messages()).map(({ status }) => status).sort()).toEqual(['acknowledged', 'received']);
});

test('what could not be sent is kept, and sent by a later run with the same bytes, once', async () => {
  const right = gatewayUrl;
  const { port } = station;
  await station.close();
  gatewayUrl = new URL('http://127.0.0.1:1/');
  station = await openStation(port);
  await expect(station.send('855.edi', Buffer.from('ISA*00*~'))).rejects.toMatchObject({
    code: 'TRANSPORT_UNAVAILABLE',
  });
  expect(await lying('unsent')).toEqual(['855.edi']);
  await station.close();
  gatewayUrl = right;
  station = await openStation(port);
  await station.sendUnsent();
  await station.sendUnsent();
  expect(await received()).toEqual(['inbound 855.edi']);
  expect([await lying('sent'), await lying('unsent')]).toEqual([['855.edi'], []]);
});

test('a port that is taken is told with the setting that names it', async () => {
  await expect(openStation(station.port)).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    message: expect.stringMatching(/url of its channel in partner\.yaml.*EADDRINUSE.*change the url/),
  });
});

test('two files of one name are two files; the same message again is one', async () => {
  const file = { name: '850-PO-1.edi', bytes: Buffer.from('ISA*01*~') };
  await gateway.send({ ...file, key: 'send/1' });
  await gateway.send({ ...file, key: 'send/2' });
  expect(await lying('received')).toEqual(['850-PO-1.edi', '850-PO-1.edi.2']);
  const [message] = await gateway.messages();
  const body = await gateway.gateway.world.store.readArchive(message!.request.sha256);
  const again = await fetch(`http://127.0.0.1:${station.port}/`, {
    method: 'POST',
    headers: message!.request.headers.map(([name, value]): [string, string] => [name, value]),
    body: body as Uint8Array<ArrayBuffer>,
  });
  expect(again.status).toBe(200);
  expect(await lying('received')).toHaveLength(2);
});
