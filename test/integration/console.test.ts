import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { expectAccessible, expectNothingCutOff, goTo } from '../web/browser.ts';
import type { Visit } from '../web/browser.ts';
import { CertificateScene, fingerprintOf } from '../web/certificates.ts';
import { ConsoleScene, describeConsole } from '../web/console-stage.ts';
import type { SceneOptions } from '../web/console-stage.ts';
import { ErpScene, tellOfErp } from '../web/erp.ts';
import type { TestServer } from '../web/client.ts';
import { tellOfProposals } from '../web/proposals.ts';
import { tellOfRepeats } from '../web/repeats.ts';
import { NOW, tellStory } from '../web/story.ts';

const CONSOLE = new URL('../../dist/console', import.meta.url).pathname;
/** Of what company.yaml says: content of the story is old enough to go. */
const COMPANY = { retention: { rawDays: 1, canonicalDays: 400 } };

/** Every call but those that the frame itself needs. */
const CALLS = /\/api\/(?!session|partners|exception-counts)/;

/** The story with all that the screens show. */
const fullScene = (erp = new ErpScene()): SceneOptions => ({
  company: COMPANY,
  async prepare(harness) {
    await tellStory(harness);
    await tellOfErp(harness);
    await tellOfRepeats(harness);
    await tellOfProposals(harness.gateway.store);
  },
  web: () => ({ erp, certificates: new CertificateScene() }),
});

describeConsole('the console in a browser', fullScene(), (stage) => {
  let empty: ConsoleScene;
  /** Ids that the screens need, by name. */
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    empty = await ConsoleScene.open({ start: NOW, prepare: () => Promise.resolve() });
    const { scene } = stage;
    ids['price'] = await scene.idOf('exceptions?type=CHANGE_PROPOSED&text=price');
    ids['unreadable'] = await scene.idOf('exceptions?type=PARSE_ERROR', ({ title }) => title !== undefined);
    ids['broken'] = await scene.idOf('files?limit=100', ({ name }) => name === '855-broken.edi');
    ids['answer'] = await scene.idOf('files?limit=100', ({ name }) => name === '855-41001.edi');
    ids['document'] = await scene.idOf('documents?documentType=orderResponse&status=applied');
    ids['dead'] = await scene.idOf('work?status=dead&kind=sendFile');
    ids['invoice'] = await scene.idOf('invoices?status=HOLD_PRICE');
  });

  afterAll(() => empty.close());

  const visit = (path: string, { server = stage.server, ...options }: Visit & { server?: TestServer } = {}) =>
    stage.browser.visit(server, path, options);

  function answerCalls(page: Page, status: number, code: string): Promise<unknown> {
    const problem = {
      status,
      code,
      title: code,
      detail: `Told by the test: ${code}`,
      requestId: 'r-12345678',
    };
    return page.route(CALLS, (route) =>
      route.fulfill({ status, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
    );
  }

  const screens = (): [name: string, path: string, heading: RegExp][] => [
    ['exceptions', '/', /Exceptions/],
    ['a view of the exceptions', '/?q=kind:TRANSPORT_FAILED', /Exceptions/],
    ['an exception to compare', `/exceptions/${ids['price']}`, /Supplier proposes other values/],
    ['an exception at its source', `/exceptions/${ids['unreadable']}?tab=source`, /File cannot be read/],
    ['a proposal at its source', `/exceptions/${ids['price']}?tab=source`, /Supplier proposes other values/],
    ['orders', '/orders', /Orders/],
    ['an order with changes', '/orders/PO-41001', /Order PO-41001/],
    ['an order with an invoice on hold', '/orders/PO-41002', /Order PO-41002/],
    ['invoices', '/invoices', /Invoices/],
    ['an invoice', `/invoices/${ids['invoice']}`, /Invoice NW-INV-3102/],
    ['claims', '/claims', /Claims/],
    ['a claim', '/claims/CL-000001', /Claim CL-000001/],
    ['files', '/files', /Files/],
    ['a file with findings', `/files/${ids['broken']}`, /855-broken\.edi/],
    ['a file at a segment', `/files/${ids['answer']}?seg=7`, /855-41001\.edi/],
    ['a document', `/documents/${ids['document']}`, /Order response/],
    ['deliveries', '/deliveries', /Deliveries/],
    ['partners', '/partners', /Partners/],
    ['a partner', '/partners/northwind-hardware', /Northwind/],
    ['certificates', '/certificates', /Certificates/],
    ['a certificate that ends', `/certificates/${idOf('NORTHWIND 2025')}`, /NORTHWIND 2025/],
    ['a certificate that is not trusted', `/certificates/${idOf('HANSA 2026')}`, /HANSA 2026/],
    ['the ERP', '/erp', /Odoo 19\.0/],
    ['repeats', '/repeats', /Repeats/],
    ['a repeat', '/repeats/run-1', /Retransmit 3 files/],
    ['approvals', '/repeats/approvals', /Approvals/],
    ['retention', '/retention', /Retention/],
    ['a delivery', `/deliveries/${ids['dead']}`, /Send file/],
  ];

  describe.each(['light', 'dark'] as const)('%s: every screen is accessible', (scheme) => {
    test('with data', async () => {
      const page = await visit('/', { scheme });
      for (const [, path, heading] of screens()) {
        await goTo(page, path);
        await page.getByRole('heading', { level: 1, name: heading }).waitFor({ state: 'attached' });
        await expectAccessible(page);
      }
    });

    test('empty', async () => {
      const page = await visit('/', { scheme, server: empty.server });
      await expectAccessible(page);
      for (const path of [
        '/?q=nothing',
        '/orders',
        '/invoices',
        '/claims',
        '/files',
        '/deliveries',
        '/partners',
        '/certificates',
        '/erp',
        '/repeats',
        '/repeats/approvals',
        '/retention',
        '/files?status=failed',
      ]) {
        await goTo(page, path);
        await expectAccessible(page);
      }
    });

    test('when it is not there, and when it is refused', async () => {
      const page = await visit('/', { scheme });
      for (const path of [
        '/orders/PO-0',
        '/partners/none',
        '/exceptions/none',
        '/files/none',
        '/certificates/none',
        '/no/such/page',
      ]) {
        await goTo(page, path);
        await page.getByText(/Not found|no such page/).waitFor();
        await expectAccessible(page);
      }
      await answerCalls(page, 403, 'FORBIDDEN');
      for (const [, path] of screens()) {
        await goTo(page, path);
        await page.getByRole('alert').getByText('Told by the test: FORBIDDEN').first().waitFor();
        await expectAccessible(page);
      }
    });

    test('while it loads', async () => {
      const page = await visit('/', { scheme });
      await page.route(CALLS, () => undefined);
      for (const path of ['/', '/orders', '/orders/PO-41001', `/files/${ids['broken']}`]) {
        await page.goto(stage.server.url + path);
        await page.getByRole('status', { name: 'Loading' }).first().waitFor();
        await expectAccessible(page);
      }
    });

    test('with its dialogs open', async () => {
      const page = await visit(`/?id=${ids['price']}`, { scheme });
      for (const key of ['3', 'h', 'a', 'c', '?']) {
        await page.keyboard.press(key);
        await page.getByRole('dialog').waitFor();
        await expectAccessible(page);
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
      }
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').fill('PO-4100');
      await page.getByRole('option').first().waitFor();
      await expectAccessible(page);
    });

    test('before the sign-in', async () => {
      const page = await visit('/', { scheme, role: 'nobody' });
      await page.getByRole('heading', { name: 'Sign in to Tradelane' }).waitFor();
      await expectAccessible(page);
    });
  });

  test('a channel is tested from its partner’s page, step by step', async () => {
    const page = await visit('/partners');
    await page.getByRole('link', { name: /Northwind/ }).click();
    await page.getByRole('heading', { level: 1, name: /Northwind/ }).waitFor();
    await page.getByRole('button', { name: 'Test the channel main' }).click();
    await page.getByRole('heading', { name: 'The test went through' }).waitFor();
    await page.getByText('It can be written.').waitFor();
    await expectAccessible(page);
    const viewer = await visit('/partners/northwind-hardware', { role: 'viewer' });
    expect(await viewer.getByRole('button', { name: /Test the channel/ }).count()).toBe(0);
  });

  test('a difference to the ERP is shown with what a repair would do, and repaired only then', async () => {
    const erp = new ErpScene();
    const own = await ConsoleScene.open(fullScene(erp));
    const { server } = own;
    const page = await visit('/erp', { server });
    await page.getByRole('button', { name: 'Repair order PO-41001' }).click();
    const dialog = page.getByRole('dialog', { name: 'Repair order PO-41001' });
    await dialog.getByText(/Repair: is written again/).waitFor();
    await expectAccessible(page);
    expect(erp.asked).toEqual(['compare PO-41001']);
    await dialog.getByRole('button', { name: 'Repair 1 difference' }).click();
    await page.getByText('1 difference repaired.').waitFor();
    expect(erp.asked).toEqual(['compare PO-41001', 'repair PO-41001']);

    await page.getByRole('button', { name: 'Compare now' }).click();
    await page.getByText(/a person decides/).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByRole('heading', { name: 'The check went through' }).waitFor();
    await page.getByRole('button', { name: 'Read now' }).click();
    await page.getByText(/^Read: /).waitFor();
    expect(erp.asked.slice(2)).toEqual(['compare', 'check', 'read']);

    erp.changes = { circuit: 'open', trouble: 'Odoo gave no answer: connect ECONNREFUSED' };
    await goTo(page, '/erp');
    await page.getByText('Does not answer').waitFor();
    await page.getByText(/ECONNREFUSED/).waitFor();
    await expectAccessible(page);
    const viewer = await visit('/erp', { server, role: 'viewer' });
    expect(await viewer.getByRole('button', { name: /Repair|Check|Read|Compare/ }).count()).toBe(0);
    await own.close();
  });

  test('an invoice that waits can be held by a person, and not by who may only look', async () => {
    const path = `/invoices/${ids['invoice']}`;
    const page = await visit(path);
    await page.getByRole('button', { name: 'Hold the invoice' }).click();
    const dialog = page.getByRole('dialog', { name: 'Hold the invoice' });
    const confirm = dialog.getByRole('button', { name: 'Hold the invoice' });
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByRole('textbox', { name: 'Why?' }).fill('The supplier is insolvent.');
    expect(await confirm.isDisabled()).toBe(false);
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    const viewer = await visit(path, { role: 'viewer' });
    await viewer
      .getByRole('heading', { name: /Invoice/ })
      .first()
      .waitFor();
    expect(await viewer.getByRole('button', { name: 'Hold the invoice' }).count()).toBe(0);
  });

  test('nothing is cut off at 320 pixels', async () => {
    const page = await visit('/', { width: 320 });
    for (const [name, path] of screens()) {
      await goTo(page, path);
      await expectNothingCutOff(page, name);
    }
  });

  test('the first load is below 250 kB', () => {
    const html = readFileSync(join(CONSOLE, 'index.html'), 'utf8');
    const needed = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, name]) => name!);
    expect(needed.length).toBeGreaterThan(1);
    expect(readdirSync(join(CONSOLE, 'assets')).length).toBeGreaterThan(needed.length);
    const size = needed.reduce((sum, name) => sum + gzipSync(readFileSync(join(CONSOLE, name))).length, 0);
    expect(size).toBeLessThan(250_000);
  });

  test('by keyboard from the queue to a decision, and back with Undo', async () => {
    const own = await ConsoleScene.open(fullScene());
    try {
      const page = await visit('/?q=kind:CHANGE_PROPOSED', { server: own.server });
      const chosen = page.locator('tr[aria-selected="true"]');
      const before = await chosen.textContent();
      await page.keyboard.press('j');
      await expectText(
        () => chosen.textContent(),
        (text) => text !== before,
      );
      await page.keyboard.press('k');
      await expectText(
        () => chosen.textContent(),
        (text) => text === before,
      );

      await page.keyboard.press('i');
      await page.getByText('Assigned to maria.').waitFor();
      await page.keyboard.press('z');
      await page.getByText('Nobody has it now.').waitFor();

      await page.keyboard.press('Enter');
      await page.waitForURL(/\/exceptions\//);
      await page.getByRole('tab', { name: 'Compare' }).waitFor();
      await page.keyboard.press('1');
      const dialog = page.getByRole('dialog', { name: 'Accept' });
      const confirm = dialog.getByRole('button', { name: 'Accept' });
      expect(await confirm.isDisabled()).toBe(true);
      // Typed letters are letters here, not shortcuts.
      await page.keyboard.type('hej, agreed by phone');
      await confirm.click();
      await page.getByText('Accept: done.').waitFor();
      await page.getByText('agreed by phone').first().waitFor();
      const exceptions = await own.harness.gateway.store.find('exceptions', {
        where: { status: 'resolved' },
      });
      expect(exceptions.records.some((one) => one.resolution?.by === 'maria')).toBe(true);
    } finally {
      await own.close();
    }
  });

  test('what is new waits in a bar; nothing moves by itself', async () => {
    const own = await ConsoleScene.open(fullScene());
    try {
      const page = await visit('/', { server: own.server });
      const rows = page.locator('tbody tr');
      const before = await rows.allTextContents();
      await own.harness.gateway.receiveFile({
        channel: 'folder',
        partnerId: 'northwind-hardware',
        name: 'nonsense.txt',
        bytes: new TextEncoder().encode('this is nothing'),
      });
      await own.harness.settle();
      await page.getByRole('button', { name: /1 new exception/ }).waitFor({ timeout: 20_000 });
      expect(await rows.allTextContents()).toHaveLength(before.length);
      await page.getByRole('button', { name: /1 new exception/ }).click();
      await expectText(
        async () => String(await rows.count()),
        (count) => count === String(before.length + 1),
      );
    } finally {
      await own.close();
    }
  });

  test('a question to the supplier names whom it is for, and leaves the exception open', async () => {
    const page = await visit(`/exceptions/${ids['price']}`, { role: 'operator' });
    await page.getByRole('button', { name: /^Ask the supplier/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Ask the supplier' });
    const mail = dialog.getByRole('link', { name: 'orders@northwind-hardware.example' });
    expect(await mail.getAttribute('href')).toBe('mailto:orders@northwind-hardware.example');
    expect(await dialog.textContent()).toContain('the exception stays open');
    await dialog.getByRole('textbox', { name: /Your question/ }).fill('Why dearer?');
    await expectAccessible(page);
    await page.keyboard.press('Escape');
  });

  test('an acknowledgment says what it acknowledges, and the other way round', async () => {
    const page = await visit(`/files/${ids['answer']}`);
    await page.getByText('Our acknowledgment').waitFor();
    await page.getByRole('link', { name: /^997-/ }).first().click();
    await page.getByText('Acknowledges', { exact: true }).waitFor();
    await page.getByRole('link', { name: '855-41001.edi' }).waitFor();
  });

  test('an id of a request is shown where the log knows it, and not where something is only not there', async () => {
    const page = await visit('/orders/NOPE');
    await page.getByText('There is no order "NOPE".').waitFor();
    expect(await page.getByText(/^Request/).count()).toBe(0);
  });

  test('a field and its place in the file show each other; the address names the segment', async () => {
    const page = await visit(`/files/${ids['answer']}`);
    await page.getByText('Line 1 › quantity value').hover();
    const lit = page.locator('code span[data-highlight="true"]');
    await lit.waitFor();
    expect(await lit.textContent()).toBe('48');
    await page.getByLabel('Segment 8', { exact: true }).click();
    await page.waitForURL(/seg=8/);
    expect(await page.locator('[data-chosen="true"] code').textContent()).toContain('ACK*BP*36');
  });

  test('a file is tried before it is handed in', async () => {
    const page = await visit('/files');
    await page.getByRole('button', { name: 'Try a file' }).click();
    await page.getByLabel('As if it came from').selectOption('northwind-hardware');
    const buffer = Buffer.from('ISA*this is no interchange');
    await page.locator('input[type=file]').setInputFiles({ name: 'try.edi', mimeType: 'text/plain', buffer });
    await page.getByRole('button', { name: 'What would happen?' }).click();
    await page.getByText('Nothing has been kept so far.').waitFor();
    const files = await stage.harness.gateway.store.count('files', {});
    await page.getByRole('button', { name: 'Another file' }).click();
    expect(await stage.harness.gateway.store.count('files', {})).toBe(files);
  });

  test('old data stays on the screen when the gateway stops answering', async () => {
    const page = await visit('/orders');
    await page.getByRole('link', { name: 'PO-41001' }).waitFor();
    await page.route(/\/api\/orders/, (route) => route.abort());
    await page.getByText(/Shown as of/).waitFor({ timeout: 30_000 });
    expect(await page.getByRole('link', { name: 'PO-41001' }).isVisible()).toBe(true);
    await page.unroute(/\/api\/orders/);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText(/Shown as of/).waitFor({ state: 'detached' });
  });

  test('who may only look is offered no action', async () => {
    const page = await visit(`/exceptions/${ids['price']}`, { role: 'viewer' });
    await page.getByText('You can look at everything and change nothing.').waitFor();
    expect(await page.getByRole('button', { name: 'Accept' }).count()).toBe(0);
  });

  test('single keys can be turned off', async () => {
    const page = await visit('/');
    await page.keyboard.press('?');
    await page.getByRole('checkbox').uncheck();
    await page.keyboard.press('Escape');
    await page.keyboard.press('a');
    await page.keyboard.press('?');
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  test('a second person looks at what is to be done again, and refuses', async () => {
    const page = await visit('/repeats');
    await page.getByRole('row', { name: /Wrong unit price/ }).waitFor();
    await page.getByRole('button', { name: 'Decide' }).click();
    await page.getByLabel('Your reason').fill('The partner has them already');
    await page.getByRole('button', { name: 'Refuse' }).click();
    await page.getByRole('row', { name: /Wrong unit price/ }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'All approvals' }).click();
    await page.getByRole('row', { name: /Refused .*: The partner has them already/ }).waitFor();
  });

  test('a preview that comes when other ids stand there already is not what is agreed to', async () => {
    const page = await visit('/repeats');
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/api/repeats', async (route) => {
      await held;
      await route.continue();
    });
    await page.getByRole('button', { name: /Do again/ }).click();
    await page.getByLabel('What').selectOption('redrive');
    await page.getByLabel('Ids of deliveries').fill(decodeURIComponent(ids['dead']!));
    await page.getByLabel('Reason').fill('The line works again');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByLabel('Ids of deliveries').fill('another');
    answer();
    await page.getByText('Nothing has been done yet.').waitFor();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByRole('button', { name: 'Preview' }).count()).toBe(1);
    expect(await dialog.getByText('Possible').count()).toBe(0);
  });

  test('what is done again is shown before it is done, and kept item by item', async () => {
    const page = await visit('/repeats');
    await page.getByRole('button', { name: /Do again/ }).click();
    await page.getByLabel('What').selectOption('redrive');
    await page.getByLabel('Ids of deliveries').fill(`${decodeURIComponent(ids['dead']!)}, none`);
    await page.getByLabel('Reason').fill('The line works again');
    await page.getByRole('button', { name: 'Preview' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Possible').waitFor();
    await dialog.getByRole('button', { name: 'Do it for 1' }).waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Do it for 1' }).click();
    await page.getByRole('heading', { level: 1, name: 'Redrive 2 deliveries Done in part' }).waitFor();
    await page.getByRole('row', { name: /none Refused/ }).waitFor();
    const facts = page.locator('dl');
    await facts.getByText('There is no work item none.').waitFor();
    await page.getByRole('link', { name: 'Repeats' }).click();
    await page.getByRole('row', { name: /Redrive 2 deliveries Done in part 1 of 2 There is no/ }).waitFor();
  });

  test('a run is followed while it is under way, and one whose gateway ended says so', async () => {
    const page = await visit('/repeats/run-2');
    await page.getByRole('heading', { level: 1, name: /Reprocess 2 files Under way/ }).waitFor();
    const { store } = stage.harness.gateway;
    const run = (await store.get('repeatRuns', 'run-2'))!;
    const items = run.items.map((item) => ({ ...item, outcome: 'done' as const }));
    await store.commit([
      { op: 'update', collection: 'repeatRuns', record: { ...run, items, status: 'done' } },
    ]);
    await page.getByRole('heading', { level: 1, name: /Reprocess 2 files Done/ }).waitFor();
    await goTo(page, '/repeats/run-1');
    await page.getByText(/The gateway ended in the middle of it/).waitFor();
    await page.getByRole('row', { name: /850 for PO-3 Not begun/ }).waitFor();
  });

  test('retention tells what went, what would go, and why the rest stays', async () => {
    const page = await visit('/retention');
    await page.getByRole('row', { name: /Bytes of files and AS2 messages 1 day 1,212 files/ }).waitFor();
    await page.getByRole('button', { name: 'Look' }).click();
    await page
      .getByText(/would go, \d+ would have to stay/)
      .first()
      .waitFor();
    await page
      .getByRole('row', { name: /order PO-41001 is still open/ })
      .first()
      .waitFor();
    await expectAccessible(page);
    const { records } = await stage.harness.gateway.store.find('files', { limit: 1_000 });
    expect(records.filter(({ erased }) => erased !== undefined)).toEqual([]);
  });

  test('a legal hold is placed and released', async () => {
    const page = await visit('/retention', { role: 'admin' });
    await page.getByRole('button', { name: 'Place a hold' }).click();
    await page.getByLabel('What').selectOption('order');
    await page.getByLabel('Its id').fill('PO-41001');
    await page.getByLabel('Reason').fill('Audit of the year');
    await page.getByRole('button', { name: 'Place the hold' }).click();
    const row = page.getByRole('row', { name: /PO-41001/ });
    await row.getByRole('button', { name: 'Release' }).click();
    await page.getByLabel('Reason').fill('It is over');
    await page.getByRole('button', { name: 'Release the hold' }).click();
    await row.waitFor({ state: 'detached' });
    const viewer = await visit('/retention', { role: 'viewer' });
    await viewer.getByRole('row', { name: /Lawsuit/ }).waitFor();
    expect(await viewer.getByRole('button', { name: 'Release' }).count()).toBe(0);
  });

  test('signing in with a token, and out again', async () => {
    const page = await visit('/orders', { role: 'nobody' });
    await page.getByLabel('API token').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText(/This token is not known/).waitFor();
    await page.getByLabel('API token').fill(stage.server.tokens.operator);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'PO-41001' }).waitFor();
    await page.getByRole('button', { name: /your settings/ }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in to Tradelane' }).waitFor();
  });
});

const idOf = (name: string): string => fingerprintOf(name).replaceAll(':', '').toLowerCase();

/** Waits until a text is as it should be; the browser tells no event for it. */
async function expectText(
  read: () => Promise<string | null>,
  right: (text: string | null) => boolean,
): Promise<void> {
  const deadline = Date.now() + 10_000;
  let text = await read();
  while (!right(text)) {
    if (Date.now() > deadline) throw new Error(`The text did not become right; it is: ${text}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    text = await read();
  }
}
