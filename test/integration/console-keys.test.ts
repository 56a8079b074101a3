import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeConsole } from '../web/console-stage.ts';

/** What is in focus, by its text or its id. */
const inFocus = (page: Page) =>
  page.evaluate<string>('document.activeElement.id || document.activeElement.textContent.trim()');

describeConsole('the console by keyboard', {}, (stage) => {
  test('a key that ends a sequence does nothing else', async () => {
    const page = await stage.visit('/');
    const sent: string[] = [];
    page.on('request', (request) => request.method() === 'GET' || sent.push(request.url()));
    for (const [key, heading] of [
      ['i', 'Invoices'],
      ['c', 'Claims'],
      ['o', 'Orders'],
      ['e', 'Exceptions'],
      ['r', /Odoo|ERP/],
    ] as const) {
      await page.goto(`${stage.server.url}/`);
      await page.locator('tr[aria-selected="true"]').waitFor();
      await page.keyboard.press('g');
      await page.keyboard.press(key);
      await page.getByRole('heading', { level: 1, name: heading }).waitFor({ state: 'attached' });
      expect(await page.getByRole('dialog').count()).toBe(0);
    }
    // Nor where it ends none.
    await page.goto(`${stage.server.url}/`);
    await page.locator('tr[aria-selected="true"]').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(1);
    expect(sent).toEqual([]);
  });

  test('a key that is held down decides once, and goes on where it only moves', async () => {
    const page = await stage.visit('/');
    await page.locator('tr[aria-selected="true"]').waitFor();
    const sent: string[] = [];
    page.on('request', (request) => request.method() === 'GET' || sent.push(request.url()));
    for (let times = 0; times < 5; times += 1) await page.keyboard.down('i');
    await page.keyboard.up('i');
    await page.getByText('Assigned to maria.').waitFor();
    for (let times = 0; times < 3; times += 1) await page.keyboard.down('j');
    await page.keyboard.up('j');
    await page.locator('tbody tr:nth-child(4)[aria-selected="true"]').waitFor();
    expect(sent).toHaveLength(1);
  });

  test('a dialog is sent from where one types, once, and only when all is there', async () => {
    const page = await stage.visit('/');
    await page.locator('tr[aria-selected="true"]').waitFor();
    const sent: string[] = [];
    page.on('request', (request) => request.method() === 'GET' || sent.push(request.url()));
    await page.keyboard.press('c');
    const comment = page.getByLabel('For your colleagues');
    await comment.focus();
    await page.keyboard.press('Control+Enter');
    await page.keyboard.type('called');
    await page.keyboard.press('Enter');
    await page.keyboard.type('back');
    expect(await comment.inputValue()).toBe('called\nback');
    expect(sent).toEqual([]);
    await page.keyboard.press('Control+Enter');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Comment added.').waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(sent).toHaveLength(1);
  });

  test('the key to dismiss says where that is not possible', async () => {
    const page = await stage.visit('/?q=kind:HOLD_PRICE');
    await page.getByRole('row', { name: /Invoiced price differs/ }).waitFor();
    await page.keyboard.press('e');
    await page.getByText(/cannot only be dismissed/).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  test('Escape closes the menu alone, and leaves the page', async () => {
    const page = await stage.visit('/?q=kind:HOLD_PRICE');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/exceptions\//);
    await page.getByRole('tab', { name: 'Compare' }).waitFor();
    await page.getByRole('button', { name: /your settings/ }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Sign out' }).waitFor({ state: 'detached' });
    expect(page.url()).toMatch(/\/exceptions\//);
    await page.keyboard.press('Escape');
    await page.waitForURL(/\/\?q=kind%3AHOLD_PRICE&id=/);
  });

  test('a new page is begun at its content, and its title is said', async () => {
    const page = await stage.visit('/orders');
    await page.getByRole('link', { name: 'PO-41001' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: /PO-41001/ }).waitFor();
    await page.getByRole('status').getByText('Order PO-41001 · Tradelane').waitFor({ state: 'attached' });
    expect(await inFocus(page)).toBe('content');
    await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Claims' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('Claims · Tradelane').waitFor({ state: 'attached' });
    expect(await inFocus(page)).toBe('content');
    await page.goBack();
    await page.getByRole('status').getByText('Order PO-41001 · Tradelane').waitFor({ state: 'attached' });
    expect(await inFocus(page)).toBe('content');
  });

  test('a dialog gives the focus back to the button that has opened it', async () => {
    const page = await stage.visit('/?q=kind:HOLD_PRICE');
    const comment = page.getByRole('button', { name: 'Comment' });
    await comment.focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('For your colleagues').fill('They call back');
    await page.getByRole('button', { name: 'Add comment' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await inFocus(page)).toBe('Comment');
    const search = page.getByRole('button', { name: /Find any id/ });
    await search.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('combobox').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('combobox').waitFor({ state: 'detached' });
    expect(await inFocus(page)).toBe((await search.textContent())!.trim());
  });

  test('links of the queue open another tab with the key for it held, and one step without', async () => {
    const page = await stage.visit('/?q=kind:TRANSPORT_FAILED');
    const links = [
      page.locator('tbody tr a').first(),
      page.getByRole('link', { name: /Open with comparison/ }),
    ];
    for (const link of links) {
      const other = page.context().waitForEvent('page');
      await link.click({ modifiers: ['Control'] });
      await (await other).close();
      expect(new URL(page.url()).pathname).toBe('/');
    }
    await page.setViewportSize({ width: 700, height: 900 });
    await links[0]!.click();
    await page.waitForURL(/\/exceptions\/[^?]+\?q=kind%3ATRANSPORT_FAILED/);
    await page.getByText('1 of 2').waitFor();
    await page.goBack();
    await page.waitForURL(/\/\?q=kind/);
  });
});
