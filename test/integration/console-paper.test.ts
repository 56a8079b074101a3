import { beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Order } from '../../src/documents/order.ts';
import { expectNothingCutOff, goTo } from '../web/browser.ts';
import { describeConsole } from '../web/console-stage.ts';
import type { Harness } from '../web/harness.ts';
import { tellStory } from '../web/story.ts';

/** A word that a window of 320 pixels, and a column of any, is too narrow for. */
const LONG = 'Doppelmaulschlüsselsatzverlängerungsadapter'.repeat(5);
const NUMBER = `PO-${'9'.repeat(60)}`;

/** The story, and two orders with numbers and words of that length. */
async function prepare(harness: Harness): Promise<void> {
  await tellStory(harness);
  for (const id of [NUMBER, 'PO-LONG']) await harness.gateway.releaseOrder(longOrder(id), ERP);
  await harness.settle();
}

describeConsole('the console on narrow screens and on paper', { prepare }, (stage) => {
  let invoice: string;

  beforeAll(async () => {
    invoice = await stage.scene.idOf('invoices?status=HOLD_PRICE');
  });

  test.each([320, 760, 1440])('long numbers and words are cut off nowhere at %d pixels', async (width) => {
    const page = await stage.visit('/?q=is:any', { width });
    await page.getByRole('link', { name: 'Document does not fit its map' }).first().waitFor();
    await expectNothingCutOff(page, 'exceptions');
    expect(await overflowOf(page, 'section[aria-labelledby="queue-title"]')).toBe(0);
    for (const path of ['/orders', `/orders/${NUMBER}`, '/orders/PO-LONG', '/deliveries', '/files']) {
      await goTo(page, path);
      await expectNothingCutOff(page, path);
    }
    if (width < 1440) return;
    // What is wide enough for its columns is not scrolled sideways.
    await goTo(page, '/orders/PO-LONG');
    expect(await overflowOf(page, '[aria-label="Lines with quantities"]')).toBe(0);
  });

  test('what is printed from a dark screen is dark on light, whole, and without buttons', async () => {
    const page = await stage.visit(`/invoices/${invoice}`, {
      scheme: 'dark',
    });
    await page.emulateMedia({ media: 'print' });
    await page.getByText(/^Printed 5 Mar 2026, 17:20\. .*Europe\/Berlin/).waitFor();
    // Drawn once on paper.
    await page.screenshot();
    const light = await page.evaluate<string[]>(`[...document.querySelectorAll('main *')]
    .filter((one) => one.checkVisibility() && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ''))
    .filter((one) => Math.min(...getComputedStyle(one).color.match(/[0-9]+/g).slice(0, 3).map(Number)) > 140)
    .map((one) => one.textContent)`);
    expect(light).toEqual([]);
    expect(await page.getByRole('button', { name: /Show all checks|Hold the invoice/ }).count()).toBe(0);

    await page.emulateMedia({ media: 'screen' });
    await goTo(page, '/orders/PO-41001');
    // What fits between the margins of A4.
    await page.setViewportSize({ width: 700, height: 1000 });
    await page.emulateMedia({ media: 'print' });
    await page.screenshot();
    await expectNothingCutOff(page, 'an order on paper');
    for (const region of ['Lines with quantities', 'Comparison of the documents']) {
      expect(await overflowOf(page, `[aria-label="${region}"]`)).toBe(0);
    }
    const reasons = page.getByText(/is to decide|for the buyer to decide/).last();
    expect(await reasons.isVisible()).toBe(true);
    expect(await page.locator('details li').first().isVisible()).toBe(true);
    expect(await page.getByRole('button', { name: 'Open a claim' }).count()).toBe(0);
  });

  test('of a long history all of it is printed', async () => {
    const page = await stage.visit('/orders');
    await page.route('**/api/orders/PO-41005', async (route) => {
      const answer = await route.fetch();
      const order = (await answer.json()) as { timeline: object[] };
      const timeline = Array.from({ length: 50 }, (_, sequence) => ({ ...order.timeline[0], sequence }));
      await route.fulfill({ response: answer, json: { ...order, timeline } });
    });
    await goTo(page, '/orders/PO-41005');
    await page.getByRole('button', { name: 'Show all 50 events' }).waitFor();
    const card = page.locator('section', { has: page.getByRole('heading', { name: /What happened/ }) });
    expect(await card.locator('ol > li').count()).toBe(12);
    await page.emulateMedia({ media: 'print' });
    await card.locator('ol > li').nth(49).waitFor();
    await page.emulateMedia({ media: 'screen' });
    await card.locator('ol > li').nth(12).waitFor({ state: 'detached' });
  });
});

const ERP = { name: 'erp', roles: ['operator'] };

/** How many pixels of what is in it are out of sight. */
function overflowOf(page: Page, selector: string): Promise<number> {
  return page.evaluate<number>(
    `(() => { const one = document.querySelector('${selector}'); return one.scrollWidth - one.clientWidth; })()`,
  );
}

function longOrder(id: string): Order {
  return {
    documentType: 'order',
    id,
    issueDate: '2026-03-05',
    currency: 'USD',
    buyer: { id: '4012345500004', scheme: 'GLN', name: 'Tradelane Demo Distribution' },
    seller: { id: 'NORTHWIND', scheme: 'buyerAssigned', name: 'Northwind Hardware Supply Co.' },
    shipTo: { id: '0042', scheme: 'buyerAssigned', name: LONG },
    requestedDeliveryDate: '2026-03-16',
    references: [{ type: 'department', id: '42' }],
    lines: [
      {
        id: '1',
        item: { buyerId: 'X'.repeat(90), sellerId: 'NW-HAM-16', description: LONG },
        quantity: { value: '123456789012345.678', unit: 'EA' },
        price: { amount: '98765.4321' },
      },
    ],
  };
}
