import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Installation } from './installation.ts';

export interface FileRow {
  id: string;
  direction: 'inbound' | 'outbound';
  partnerId: string;
  name: string;
  status: string;
  answersFileId?: string;
}
interface OrderRow {
  id: string;
  version: number;
  revision: number;
}
interface Line {
  id: string;
  balance: Record<'ordered' | 'confirmed' | 'backordered' | 'rejected' | 'cancelled' | 'open', string>;
}
interface OrderDetail {
  lines: Line[];
  timeline: { title: string }[];
}
/** A file that a partner has from us, read by hand. */
interface Sent {
  partnerId: string;
  name: string;
  controlNumber?: string;
  /** The order that it carries. */
  orderId?: string;
  /** The interchange or group of the partner that it acknowledges. */
  answers?: string;
}

/** `other`: what was done was done wrongly. */
export interface Problem {
  kind: 'lost' | 'doubled' | 'outOfOrder' | 'other';
  text: string;
}

export interface CheckOptions {
  /** Files (`partner/name`) that the partners have sent. */
  dropped: ReadonlySet<string>;
  /** Revisions of the orders that an earlier look has found good. */
  checked: Map<string, number>;
  /** Orders whose events are decided again, each by a command of its own; default: all. */
  replays?: number;
}

export interface CheckReport {
  problems: Problem[];
  counts: { filesIn: number; filesOut: number; orders: number; erpCommands: number };
}

/**
 * Looks at an installation at rest from outside, by folders, command line and API, with readers of its own: is something
 * lost, repeated or left half done?
 */
export async function checkInstallation(
  installation: Installation,
  { dropped, checked, replays = Infinity }: CheckOptions,
): Promise<CheckReport> {
  const files = await installation.list<FileRow>('/files');
  const orders = await installation.list<OrderRow>('/orders');
  const sent = await readOutbox(installation.home);
  const commands = await readErpCommands(installation);
  const unchecked = orders.filter(({ id, revision }) => checked.get(id) !== revision);
  const problems = [
    ...(await checkInbox(installation.home, files, dropped)),
    ...checkOutbox(sent, files, orders),
    ...checkAcknowledgments(sent, dropped),
    ...(await checkOrders(installation, unchecked, replays)),
    ...(await checkErpOutbox(installation, commands)),
    ...checkErpOrder(commands),
    ...(await checkInvoices(installation)),
    ...(await checkHealth(installation)),
  ];
  if (problems.length === 0) for (const { id, revision } of orders) checked.set(id, revision);
  const counts = {
    filesIn: dropped.size,
    filesOut: sent.length,
    orders: orders.length,
    erpCommands: commands.length,
  };
  return { problems, counts };
}

/** Nothing waits in an inbox or a mailbox, and every file that was there is known once, with a verdict. */
async function checkInbox(
  home: string,
  files: readonly FileRow[],
  dropped: ReadonlySet<string>,
): Promise<Problem[]> {
  const left = [
    ...(await namesBelow(path.join(home, 'inbox'))).filter((name) => !name.includes('/error/')),
    ...(await namesBelow(path.join(home, 'data', 'mailboxes'))).filter((name) => name.includes('/in/')),
  ];
  const inbound = files.filter(({ direction }) => direction === 'inbound');
  const known = inbound.map(({ partnerId, name }) => `${partnerId}/${name}`);
  return [
    ...left.map((name) => lost(`${name} still waits to be taken in`)),
    ...[...dropped]
      .filter((name) => !known.includes(name))
      .map((name) => lost(`${name} was dropped and is not known`)),
    ...repeated(known).map((name) => doubled(`${name} was taken in twice`)),
    ...inbound
      .filter(({ status }) => status !== 'processed')
      .map(({ name, status }) => wrong(`${name} is ${status}; the demo sends nothing but good files`)),
  ];
}

/** What lies in the outbox is what the gateway says it has sent; no number and no order went out twice. */
function checkOutbox(
  sent: readonly Sent[],
  files: readonly FileRow[],
  orders: readonly OrderRow[],
): Problem[] {
  const lying = sent.map(({ partnerId, name }) => `${partnerId}/${name}`);
  const outbound = files.filter(({ direction }) => direction === 'outbound');
  const told = outbound.map(({ partnerId, name }) => `${partnerId}/${name}`);
  const numbers = sent.flatMap(({ partnerId, controlNumber }) =>
    controlNumber === undefined ? [] : [`${partnerId} ${controlNumber}`],
  );
  const sentOrders = sent.flatMap(({ orderId }) => orderId ?? []);
  return [
    ...outbound
      .filter(({ status }) => status !== 'sent')
      .map(({ name, status }) => lost(`${name} is ${status}, not sent`)),
    ...lying
      .filter((name) => !told.includes(name))
      .map((name) => doubled(`${name} at the partner’s is no sent file of the gateway`)),
    ...told
      .filter((name) => !lying.includes(name))
      .map((name) => lost(`${name} is said to be sent but the partner has it not`)),
    ...repeated(numbers).map((number) => doubled(`control number ${number} was used twice`)),
    ...repeated(sentOrders).map((order) => doubled(`order ${order} was sent twice`)),
    ...orders
      .filter(({ version }) => version !== 1)
      .map(({ id, version }) => doubled(`order ${id} has version ${version}`)),
    ...orders
      .filter(({ id }) => !sentOrders.includes(id))
      .map(({ id }) => lost(`order ${id} was never sent`)),
  ];
}

/** Each business interchange of a partner that is acknowledged at all is acknowledged exactly once. */
function checkAcknowledgments(sent: readonly Sent[], dropped: ReadonlySet<string>): Problem[] {
  const answered = sent.flatMap(({ partnerId, answers }) =>
    answers === undefined ? [] : [`${partnerId} ${answers}`],
  );
  const expected = [...dropped].flatMap((file) => {
    const [, partnerId, type, number] = /^(.+)\/([^-/]+)-(\d+)\.(?:edi|txt)$/.exec(file) ?? [];
    return type === undefined || type === '997' || type === 'CONTRL'
      ? []
      : [`${partnerId} ${Number(number)}`];
  });
  return [
    ...repeated(answered).map((number) => doubled(`interchange ${number} was acknowledged twice`)),
    ...expected
      .filter((number) => !answered.includes(number))
      .map((number) => lost(`${number} was never acknowledged`)),
    ...answered
      .filter((number) => !expected.includes(number))
      .map((number) => doubled(`${number} was acknowledged, but never sent`)),
  ];
}

/** The lines balance, nothing happened twice, and the recorded events decide to the recorded state. */
async function checkOrders(
  installation: Installation,
  orders: readonly OrderRow[],
  replays: number,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const [index, { id }] of orders.entries()) {
    const { lines, timeline } = (await installation.get(`/orders/${encodeURIComponent(id)}`)) as OrderDetail;
    for (const { id: line, balance } of lines) {
      const { ordered, confirmed, backordered, rejected, cancelled, open } = balance;
      const parts = [confirmed, backordered, rejected, cancelled, open].map(Number);
      if (Number(ordered) !== parts.reduce((total, part) => total + part, 0))
        problems.push(wrong(`order ${id} line ${line} does not balance: ${JSON.stringify(balance)}`));
    }
    const once = timeline
      .map(({ title }) => title)
      .filter((title) => /released|delivered|answered|announced|received \(/i.test(title));
    problems.push(...repeated(once).map((title) => doubled(`order ${id}: "${title}" happened twice`)));
    if (index % Math.max(1, Math.ceil(orders.length / replays)) !== 0) continue;
    const replay = (await installation.command('order', 'replay', id, '--json')) as Record<
      'differingEvents' | 'differingState',
      string[]
    >;
    problems.push(
      ...[...replay.differingEvents, ...replay.differingState].map((what) =>
        wrong(`order ${id} replays otherwise: ${what}`),
      ),
    );
  }
  return problems;
}

interface ErpCommandRow {
  number: number;
  key: string;
  kind: string;
  orderIds: string[];
}

async function readErpCommands(installation: Installation): Promise<ErpCommandRow[]> {
  const commands: ErpCommandRow[] = [];
  for (;;) {
    const route = `/erp/outbox?limit=500&after=${commands.length}`;
    const { records } = (await installation.get(route)) as { records: ErpCommandRow[] };
    if (records.length === 0) return commands;
    commands.push(...records);
  }
}

/** The ERP reads numbers without a gap, each command once, as a file and by the API alike. */
async function checkErpOutbox(
  installation: Installation,
  commands: readonly ErpCommandRow[],
): Promise<Problem[]> {
  const folder = path.join(installation.home, 'outbox', 'erp');
  const names = await namesBelow(folder);
  const written = await Promise.all(
    names.map(async (name) => JSON.parse(await readFile(path.join(folder, name), 'utf8')) as { key: string }),
  );
  const inFiles = written.map(({ key }) => key);
  const keys = commands.map(({ key }) => key);
  return [
    ...commands.flatMap(({ number }, index) =>
      number === index + 1 ? [] : [lost(`ERP command ${index + 1} is missing`)],
    ),
    ...repeated(keys).map((key) => doubled(`the ERP is told twice: ${key}`)),
    ...repeated(inFiles).map((key) => doubled(`two files for the ERP say the same: ${key}`)),
    ...keys.filter((key) => !inFiles.includes(key)).map((key) => lost(`no file for the ERP says ${key}`)),
    ...inFiles
      .filter((key) => !keys.includes(key))
      .map((key) => doubled(`a file for the ERP is no command: ${key}`)),
  ];
}

/** What the suppliers do one after the other, the ERP hears one after the other. */
const ERP_ORDER = ['confirmations', 'despatchAdvice', 'invoice'];

function checkErpOrder(commands: readonly ErpCommandRow[]): Problem[] {
  const byOrder = Map.groupBy(
    commands.filter(({ kind, orderIds }) => ERP_ORDER.includes(kind) && orderIds.length === 1),
    ({ orderIds }) => orderIds[0]!,
  );
  return [...byOrder].flatMap(([orderId, told]) => {
    const steps = told.map(({ kind }) => ERP_ORDER.indexOf(kind));
    return steps.every((step, index) => index === 0 || step >= steps[index - 1]!)
      ? []
      : [outOfOrder(`the ERP hears of ${orderId}: ${told.map(({ kind }) => kind).join(', ')}`)];
  });
}

async function checkInvoices(installation: Installation): Promise<Problem[]> {
  const invoices = await installation.list<{ partnerId: string; number: string }>('/invoices');
  const recomputed = (await installation.command('match', 'recompute', '--all', '--json')) as {
    differences: number;
  };
  return [
    ...repeated(invoices.map(({ partnerId, number }) => `${partnerId} ${number}`)).map((invoice) =>
      doubled(`invoice ${invoice} was booked twice`),
    ),
    ...(recomputed.differences === 0
      ? []
      : [wrong(`${recomputed.differences} matches come out otherwise when computed again`)]),
  ];
}

/** Store, dead work and the chain of the audit log. */
async function checkHealth(installation: Installation): Promise<Problem[]> {
  const checks = (await installation.command('doctor', '--json')) as {
    name: string;
    ok: boolean;
    text: string;
  }[];
  return checks.filter(({ ok }) => !ok).map(({ name, text }) => wrong(`doctor: ${name}: ${text}`));
}

/** What the partners have: in their outbox folders and mailboxes, and at the station of one that is called by AS2. */
async function readOutbox(home: string): Promise<Sent[]> {
  const places = [
    ['outbox', /^(?!erp\/)([^/]+)\/([^/]+)$/],
    ['data/mailboxes', /^([^/]+)\/(?:out|ack)\/([^/]+)$/],
    ['data/partner-stations', /^([^/]+)\/received\/([^/]+)$/],
  ] as const;
  const found = places.map(async ([folder, pattern]) => {
    const root = path.join(home, folder);
    const sent = (await namesBelow(root)).map(async (file): Promise<Sent[]> => {
      const [, partnerId, name] = pattern.exec(file) ?? [];
      if (partnerId === undefined || name === undefined) return [];
      return [{ partnerId, name, ...readSent(await readFile(path.join(root, file), 'latin1')) }];
    });
    return (await Promise.all(sent)).flat();
  });
  return (await Promise.all(found)).flat();
}

function readSent(text: string): Omit<Sent, 'partnerId' | 'name'> {
  if (text.startsWith('ISA')) {
    const value = readerOf(text.slice(106), text[105]!, text[3]!);
    return compact({
      controlNumber: text.split(text[3]!)[13],
      orderId: value('BEG', 3),
      answers: numeric(value('AK1', 2)),
    });
  }
  if (text.startsWith('UNA')) {
    const value = readerOf(text.slice(9), text[8]!, text[4]!);
    return compact({
      controlNumber: value('UNB', 5),
      orderId: value('BGM', 2),
      answers: numeric(value('UCI', 1)),
    });
  }
  return compact({ orderId: /<cbc:ID>([^<]+)</.exec(text)?.[1] });
}

/** Reads the first segment of a name, element by element; the demo's values hold no escaped delimiters there. */
function readerOf(text: string, terminator: string, separator: string) {
  const segments = text.split(terminator).map((segment) => segment.trim().split(separator));
  return (id: string, element: number): string | undefined =>
    segments.find(([name]) => name === id)?.[element];
}

function numeric(text: string | undefined): string | undefined {
  return text === undefined ? undefined : String(Number(text));
}

function compact<V>(values: Record<string, V | undefined>): Record<string, V> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, V] => entry[1] !== undefined),
  );
}

function lost(text: string): Problem {
  return { kind: 'lost', text };
}

function doubled(text: string): Problem {
  return { kind: 'doubled', text };
}

function outOfOrder(text: string): Problem {
  return { kind: 'outOfOrder', text };
}

function wrong(text: string): Problem {
  return { kind: 'other', text };
}

function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

/** Paths of the files below a folder; what is hidden is the gateway's own. */
async function namesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .filter((name) => !name.split('/').some((part) => part.startsWith('.')));
}
