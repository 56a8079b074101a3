import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Order } from '../../src/documents/order.ts';
import { describeConsole } from '../web/console-stage.ts';
import type { Harness } from '../web/harness.ts';
import { tellStory } from '../web/story.ts';

/** The story, and more orders than a page of the list holds. */
async function prepare(harness: Harness): Promise<void> {
  await tellStory(harness);
  for (let number = 1; number <= 55; number += 1) {
    await harness.gateway.releaseOrder(smallOrder(`PO-5${String(number).padStart(4, '0')}`), ERP);
  }
  await harness.settle();
}

describeConsole('lists, views and searches of the console', { prepare }, (stage) => {
  /** What the API says of a search. */
  async function listed(search: string): Promise<string[]> {
    const answer = await stage.server.call('operator', 'GET', `/api/exceptions?limit=200&${search}`);
    return ((await answer.json()) as { records: { title: string }[] }).records.map(
      ({ title }) => title.split(': ', 1)[0]!,
    );
  }

  const titles = (page: Page) => page.locator('tbody tr td:first-child a').allTextContents();

  /** Holds every answer about `calls` back until it is let go. */
  async function hold(page: Page, calls: RegExp): Promise<() => void> {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    await page.route(calls, async (route) => {
      await released;
      await route.continue();
    });
    return release;
  }

  test('each view of the exceptions shows its own, from the first moment', async () => {
    const page = await stage.visit('/');
    for (const [view, search] of [
      [/^Change proposed/, 'type=CHANGE_PROPOSED'],
      [/^Hansa/, 'partnerId=hansa-werkzeuge'],
      [/^Unassigned/, 'assignee=none'],
    ] as const) {
      const expected = await listed(search);
      expect(expected.length).toBeGreaterThan(1);
      const release = await hold(page, /\/api\/exceptions\?/);
      await page.getByRole('link', { name: view }).click();
      await page.getByRole('status', { name: 'Loading' }).waitFor();
      expect(await titles(page)).toEqual([]);
      release();
      await page.getByRole('status', { name: 'Loading' }).waitFor({ state: 'detached' });
      await page.unrouteAll({ behavior: 'wait' });
      expect(await titles(page)).toEqual(expected);
      expect(await page.getByText(/no longer in this view|new exception/).count()).toBe(0);
    }
    await page.getByRole('link', { name: /^Snoozed/ }).click();
    await page.getByText('Nothing matches').waitFor();
    await page.getByRole('link', { name: /^All open/ }).click();
    await page.getByText('Nothing matches').waitFor({ state: 'detached' });
    expect(await titles(page)).toEqual(await listed(''));
  });

  test('what is typed quickly, in the middle, or composed of several keys stands as it was typed', async () => {
    const page = await stage.visit('/');
    const search = page.getByRole('textbox', { name: 'Search exceptions' });
    await search.focus();
    await page.keyboard.type('price');
    await page.waitForURL(/q=price$/);
    await page.keyboard.press('Home');
    await page.keyboard.type('kind:HOLD_PRICE ');
    expect(await search.inputValue()).toBe('kind:HOLD_PRICE price');
    await page.waitForURL(/q=kind%3AHOLD_PRICE\+price$/);
    await page.getByRole('row', { name: /Invoiced price differs/ }).waitFor();
    await search.fill('');
    const devtools = await page.context().newCDPSession(page);
    for (const text of ['に', 'にほ', 'にほん']) {
      const caret = { selectionStart: text.length, selectionEnd: text.length };
      await devtools.send('Input.imeSetComposition', { text, ...caret });
    }
    await devtools.send('Input.insertText', { text: '日本' });
    expect(await search.inputValue()).toBe('日本');
    await page.getByText('Nothing matches').waitFor();
    await page.getByRole('link', { name: /^Change proposed/ }).click();
    expect(await search.inputValue()).toBe('kind:CHANGE_PROPOSED');

    await page.goto(`${stage.server.url}/orders`);
    const number = page.getByLabel('Order number');
    await number.focus();
    await page.keyboard.type('41001');
    await page.keyboard.press('Home');
    await page.keyboard.type('PO-');
    expect(await number.inputValue()).toBe('PO-41001');
    await page.getByRole('link', { name: 'PO-50055' }).waitFor({ state: 'detached' });
    expect(await titles(page)).toEqual(['PO-41001']);
    expect(new URL(page.url()).search).toBe('?number=PO-41001');
  });

  test('a part of a search that means nothing is told, not passed over', async () => {
    const page = await stage.visit('/');
    const search = page.getByRole('textbox', { name: 'Search exceptions' });
    for (const [line, told] of [
      ['value:much', /“value:much” is not understood.*value:>1000/],
      ['value:<1000', /“value:<1000” is not understood/],
      ['due:soon', /“due:soon” is not understood.*due:<4h/],
      ['is:done', /“is:done” is not understood.*is:resolved/],
      ['severity:bad', /“severity:bad” is not understood.*high/],
    ] as const) {
      await search.fill(line);
      await page.getByText(told).waitFor();
      expect(await titles(page)).toEqual([]);
    }
    await search.fill('value:>1,000.50');
    await page.getByText('“severity:bad”').waitFor({ state: 'detached' });
    await page.getByRole('status', { name: 'Loading' }).waitFor({ state: 'detached' });
    expect(await titles(page)).toEqual(await listed('minValue=1000.5'));
  });

  test('the filters of a list choose, one after the other, and what is shown meanwhile is marked as old', async () => {
    const page = await stage.visit('/orders');
    const release = await hold(page, /\/api\/orders\?/);
    await page.getByLabel('Supplier').selectOption('hansa-werkzeuge');
    await page.locator('[aria-busy="true"]').waitFor();
    release();
    await page.getByRole('link', { name: 'PO-50055' }).waitFor({ state: 'detached' });
    expect((await titles(page)).toSorted()).toEqual(['PO-43001', 'PO-43002', 'PO-43003']);
    expect(await page.locator('[aria-busy="true"]').count()).toBe(0);
    await page.getByLabel('Order number').fill('PO-43002');
    await page.getByRole('link', { name: 'PO-43001' }).waitFor({ state: 'detached' });
    expect(await titles(page)).toEqual(['PO-43002']);
    await page.getByLabel('Order number').fill('nothing');
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await page.getByRole('link', { name: 'PO-50055' }).waitFor();
    expect(await page.getByLabel('Order number').inputValue()).toBe('');
    expect(new URL(page.url()).search).toBe('');
  });

  test('a filter of a link that is offered no more is shown as what it is', async () => {
    const page = await stage.visit('/orders?partnerId=sold-last-year');
    await page.getByText('Nothing matches').waitFor();
    const supplier = page.getByLabel('Supplier');
    expect(await supplier.inputValue()).toBe('sold-last-year');
    await supplier.selectOption('');
    await page.getByRole('link', { name: 'PO-50055' }).waitFor();
    expect(await supplier.locator('option', { hasText: 'sold-last-year' }).count()).toBe(0);
  });

  test('pages of a list are steps in the history, and begin at their top', async () => {
    const page = await stage.visit('/orders');
    const first = await titles(page);
    await page.getByRole('button', { name: 'Next page' }).click();
    await page.waitForURL(/after=/);
    await page.getByRole('link', { name: first[0]!, exact: true }).waitFor({ state: 'detached' });
    expect(await page.evaluate('scrollY')).toBe(0);
    expect(await page.evaluate('document.activeElement.id')).toBe('content');
    expect(first).not.toContain((await titles(page))[0]);
    await page.goBack();
    await page.getByRole('link', { name: first[0]!, exact: true }).waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  test('one that was decided says so in the queue, and offers nothing more', async () => {
    const page = await stage.visit('/?q=kind:CHANGE_PROPOSED');
    const preview = page.getByRole('complementary', { name: 'Chosen exception' });
    await preview.getByRole('button', { name: /^Accept/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Accept' });
    await dialog.getByLabel('Reason').fill('Agreed by phone');
    await dialog.getByRole('button', { name: 'Accept' }).click();
    await preview.getByText(/Accept by maria/).waitFor();
    await preview.getByRole('button', { name: 'Open again' }).waitFor();
    expect(await preview.getByRole('button', { name: /^Accept/ }).count()).toBe(0);
    expect(await page.locator('tr[aria-selected="true"]').textContent()).toMatch(/no longer in this view/);
    expect(await page.locator('tr[aria-selected="true"]').textContent()).not.toMatch(/overdue/);
    // The button that was pressed is gone; whoever works by keyboard goes on where it was.
    expect(await page.evaluate('document.activeElement.closest("aside") !== null')).toBe(true);
    await page.keyboard.press('1');
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  test('the chosen row stays in sight, however low the window is', async () => {
    const page = await stage.visit('/');
    await page.setViewportSize({ width: 1440, height: 420 });
    for (let step = 0; step < 9; step += 1) await page.keyboard.press('j');
    await page.waitForURL(/id=/);
    const last = (await titles(page)).length;
    expect(last).toBeGreaterThan(9);
    const chosen = page.locator('tbody tr').nth(9);
    await page.locator('tbody tr:nth-child(10)[aria-selected="true"]').waitFor();
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    const { y, height } = (await chosen.boundingBox())!;
    expect(y).toBeGreaterThanOrEqual(0);
    expect(y + height).toBeLessThanOrEqual(420);
  });
});

const ERP = { name: 'erp', roles: ['operator'] };

function smallOrder(id: string): Order {
  return {
    documentType: 'order',
    id,
    issueDate: '2026-03-05',
    currency: 'USD',
    buyer: { id: '4012345500004', scheme: 'GLN', name: 'Tradelane Demo Distribution' },
    seller: { id: 'NORTHWIND', scheme: 'buyerAssigned', name: 'Northwind Hardware Supply Co.' },
    shipTo: { id: '0042', scheme: 'buyerAssigned', name: 'Chicago distribution centre' },
    requestedDeliveryDate: '2026-03-16',
    references: [{ type: 'department', id: '42' }],
    lines: [
      {
        id: '1',
        item: { buyerId: 'TL-1001', sellerId: 'NW-HAM-16', gtin: '061414100014', description: 'Claw hammer' },
        quantity: { value: '1', unit: 'EA' },
        price: { amount: '12.50' },
      },
    ],
  };
}
