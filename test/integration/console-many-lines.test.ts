import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { goTo } from '../web/browser.ts';
import { describeConsole } from '../web/console-stage.ts';

const LINES = 250;

describeConsole('what stands in orders, invoices and files, however long', {}, (stage) => {
  /** The order PO-41001 with its third line, on which the price differs, 250 times. */
  async function multiply(page: Page): Promise<void> {
    await page.route('**/api/orders/PO-41001', async (route) => {
      const answer = await route.fetch();
      const order = (await answer.json()) as { lines: object[] };
      const lines = Array.from({ length: LINES }, (_, at) => {
        const number = String(at + 1);
        return { ...order.lines[2], id: number, itemId: `SKU-${number.padStart(5, '0')}` };
      });
      await route.fulfill({ response: answer, json: { ...order, lines } });
    });
  }

  test('amounts and prices are told with their currency', async () => {
    const page = await stage.visit('/orders/PO-41001');
    await page.getByText('for 16 Mar 2026, at 20.21 USD').waitFor();
    const comparison = page.getByRole('region', { name: 'Comparison of the documents' });
    expect(await comparison.getByText('20.21 USD').count()).toBe(1);
    // Its own direction does not mix with what stands beside it.
    expect(await page.locator('bdi', { hasText: 'Hand saw, 20 in' }).count()).toBe(2);
    await page.goto(`${stage.server.url}/invoices?status=HOLD_PRICE`);
    await page.getByRole('link', { name: 'NW-INV-3102' }).click();
    const price = await page.getByRole('row', { name: /^Unit price/ }).textContent();
    for (const told of ['13.10 USD', '12.50 USD', '0.60 USD', '+1.5 % and +25.00 USD']) {
      expect(price).toContain(told);
    }
    await page.goto(`${stage.server.url}/claims`);
    await page.getByRole('row', { name: /CL-000001 .*50\.00 USD 0\.00 USD/ }).waitFor();
  });

  test('lines are drawn some at a time; each is found, and all are printed', async () => {
    const page = await stage.visit('/orders');
    await multiply(page);
    await goTo(page, '/orders/PO-41001');
    const rows = page.locator('[aria-label="Lines with quantities"] tbody tr');
    expect(await rows.count()).toBe(200);
    await page.getByText('The first 200 lines of 250 lines.').first().waitFor();

    const find = page.getByLabel('Find a line').first();
    await find.fill('sku-00237');
    await rows.nth(1).waitFor({ state: 'detached' });
    expect(await rows.first().textContent()).toMatch(/^237Hand saw, 20 inSKU-00237/);
    // A line number is meant as a whole.
    await find.fill('239');
    await rows.filter({ hasText: 'SKU-00239' }).waitFor();
    expect(await rows.count()).toBe(1);
    await find.fill('nothing like it');
    await page.getByText('None of the 250 lines fits.').waitFor();
    await find.fill('');

    await page.getByRole('button', { name: 'Show 50 more' }).first().focus();
    await page.keyboard.press('Enter');
    await rows.nth(LINES - 1).waitFor();
    await page.getByText('All 250 lines are shown.').waitFor();
    // The button has gone; whoever works by keyboard is where it was.
    expect(await page.evaluate('document.activeElement.textContent')).toBe('All 250 lines are shown.');

    await goTo(page, '/orders/PO-41001');
    await find.fill('sku-00237');
    await rows.nth(1).waitFor({ state: 'detached' });
    await page.emulateMedia({ media: 'print' });
    // Drawn once on paper.
    await page.screenshot({ timeout: 60_000 });
    expect(await rows.count()).toBe(LINES);
    expect(await find.isVisible()).toBe(false);
  });

  test('the line that an exception is about stands among the first', async () => {
    const list = await stage.server.call('viewer', 'GET', '/api/exceptions?type=CHANGE_PROPOSED');
    const { id } = ((await list.json()) as { records: { id: string }[] }).records[0]!;
    const page = await stage.visit('/orders');
    await multiply(page);
    await page.route(`**/api/exceptions/${id}`, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({
        response: answer,
        json: { ...((await answer.json()) as object), lineId: '220' },
      });
    });
    await goTo(page, `/exceptions/${id}?tab=compare`);
    const bodies = page.locator('[aria-label="Comparison of the documents"] tbody');
    await bodies.first().waitFor();
    expect(await bodies.count()).toBe(200);
    expect(await bodies.first().textContent()).toMatch(/^220Hand saw/);
    expect(await bodies.first().getAttribute('data-chosen')).toBe('true');
    expect(await bodies.nth(1).textContent()).toMatch(/^1Hand saw/);
  });

  test('of an invoice with thousands of checks some are drawn, in the order of their lines', async () => {
    const list = await stage.server.call('viewer', 'GET', '/api/invoices?status=HOLD_PRICE');
    const { id } = ((await list.json()) as { records: { id: string }[] }).records[0]!;
    const page = await stage.visit('/invoices');
    await page.route(`**/api/invoices/${encodeURIComponent(id)}`, async (route) => {
      const answer = await route.fetch();
      const invoice = (await answer.json()) as { decisions: { checks: { line?: number }[] }[] };
      const [decision] = invoice.decisions;
      const check = decision!.checks.find(({ line }) => line === 1);
      decision!.checks = Array.from({ length: LINES }, (_, at) => ({ ...check, line: LINES - at }));
      await route.fulfill({ response: answer, json: invoice });
    });
    await goTo(page, `/invoices/${encodeURIComponent(id)}`);
    const checks = page.locator('[aria-label="Checks"] tr[data-result]');
    await checks.nth(199).waitFor();
    expect(await checks.count()).toBe(200);
    const groups = await page.locator('[aria-label="Checks"] [scope="rowgroup"]').allTextContents();
    expect(groups.slice(0, 2)).toEqual(['Line 1', 'Line 2']);
    await page.emulateMedia({ media: 'print' });
    await page.screenshot({ timeout: 60_000 });
    expect(await page.locator('[aria-label="Checks"] [scope="rowgroup"]').count()).toBe(LINES);
  });

  /** A file of two parts, of which ten segments each are there, with its first finding in the second part. */
  async function lengthen(page: Page): Promise<void> {
    await page.route('**/segments?*', async (route) => {
      const from = Number(new URL(route.request().url()).searchParams.get('from'));
      const answer = await route.fetch();
      const real = (await answer.json()) as { segments: object[]; findingSegments: number[] };
      const segments = Array.from({ length: 10 }, (_, at) => ({
        ...real.segments[at],
        number: from + at,
        text: `REF*IA*${from + at}`,
        marks: [],
        findings: [],
      }));
      const findingSegments = real.findingSegments.map(() => 2_007);
      await route.fulfill({ response: answer, json: { ...real, total: 4_000, segments, findingSegments } });
    });
  }

  async function visitFile(name: string, change: (page: Page) => Promise<unknown>): Promise<Page> {
    const list = await stage.server.call('viewer', 'GET', '/api/files?direction=inbound');
    const { records } = (await list.json()) as { records: { id: string; name: string }[] };
    const page = await stage.visit('/files');
    await change(page);
    await goTo(page, `/files/${records.find((file) => file.name === name)!.id}`);
    return page;
  }

  test('a finding leads to its segment, also in another part of a large file', async () => {
    const page = await visitFile('855-broken.edi', lengthen);
    const content = page.getByRole('region', { name: 'Content of the file' });
    await content.getByText('REF*IA*7').waitFor();
    await page
      .getByRole('link', { name: /Segment 2007/ })
      .first()
      .click();
    await content.getByText('REF*IA*2007').waitFor();
    expect(await page.getByLabel(/4,000 segments/).inputValue()).toBe('2001');
    await page.getByLabel(/4,000 segments/).selectOption('1');
    await content.getByText('REF*IA*7').waitFor();
  });

  test('of a file all is printed, with the whole of its SHA-256', async () => {
    const page = await visitFile('855-broken.edi', (opened) =>
      opened.route('**/segments?*', async (route) => {
        const answer = await route.fetch();
        const real = (await answer.json()) as { segments: object[] };
        const segments = Array.from({ length: 900 }, (_, at) => ({
          ...real.segments[1],
          number: at + 1,
          text: `REF*IA*${at + 1}`,
          marks: [],
          findings: [],
        }));
        await route.fulfill({ response: answer, json: { ...real, total: 900, segments } });
      }),
    );
    const rows = page.locator('[aria-label="Content of the file"] code');
    expect(await rows.count()).toBeLessThan(900);
    expect(await page.getByText(/^[0-9a-f]{64}$/).count()).toBe(1);
    await page.emulateMedia({ media: 'print' });
    await page.screenshot({ timeout: 60_000 });
    expect(await rows.count()).toBe(900);
    const hidden = await page.evaluate(
      `['[aria-label="Content of the file"]', 'code[title]'].map((one) => {
        const { scrollHeight, clientHeight, scrollWidth, clientWidth } = document.querySelector(one);
        return [scrollHeight - clientHeight, scrollWidth - clientWidth];
      })`,
    );
    expect(hidden).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });
});
