import { beforeAll, expect, test } from '@jest/globals';
import type { Page, Route } from 'playwright-core';
import { expectAccessible } from '../web/browser.ts';
import type { Visit } from '../web/browser.ts';
import { CertificateScene } from '../web/certificates.ts';
import { describeConsole } from '../web/console-stage.ts';
import type { Harness } from '../web/harness.ts';
import { tellOfProposals } from '../web/proposals.ts';
import { tellOfRepeats } from '../web/repeats.ts';
import { tellStory } from '../web/story.ts';

async function prepare(harness: Harness): Promise<void> {
  await tellStory(harness);
  await tellOfRepeats(harness);
  await tellOfProposals(harness.gateway.store);
}

const web = () => ({ certificates: new CertificateScene() });

describeConsole('a dialog of the console', { prepare, web }, (stage) => {
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    const { scene } = stage;
    ids['price'] = await scene.idOf('exceptions?type=CHANGE_PROPOSED&text=price');
    ids['dead'] = await scene.idOf('work?status=dead&kind=sendFile');
    ids['invoice'] = await scene.idOf('invoices?status=HOLD_PRICE');
    ids['file'] = await scene.idOf('files?direction=inbound');
  });

  const visit = (path: string, options: Visit = {}) => stage.visit(path, { role: 'admin', ...options });

  /** Every dialog that sends something: how it is opened, and what is filled in. The last button named `confirm` sends it. */
  const dialogs: [
    name: string,
    path: () => string,
    open: (page: Page) => Promise<unknown>,
    fill: Record<string, string>,
    confirm: string,
  ][] = [
    [
      'a decision on an exception',
      () => `/exceptions/${ids['price']}`,
      (page) => page.keyboard.press('1'),
      { Reason: 'Agreed by phone' },
      'Accept',
    ],
    [
      'a comment',
      () => `/exceptions/${ids['price']}`,
      (page) => page.keyboard.press('c'),
      { 'For your colleagues': 'I have called them' },
      'Add comment',
    ],
    [
      'an assignment',
      () => `/?id=${ids['price']}`,
      (page) => page.keyboard.press('a'),
      { 'Who takes care of it': 'somebody else' },
      'Assign',
    ],
    [
      'a snooze',
      () => `/?id=${ids['price']}`,
      (page) => page.keyboard.press('h'),
      { 'Another time': '2030-01-31T08:00' },
      'Snooze',
    ],
    [
      'a hold of an invoice',
      () => `/invoices/${ids['invoice']}`,
      (page) => page.getByRole('button', { name: 'Hold the invoice' }).click(),
      { 'Why?': 'The supplier is insolvent' },
      'Hold the invoice',
    ],
    [
      'a claim by hand',
      () => '/orders/PO-41001',
      (page) => page.getByRole('button', { name: 'Open a claim' }).click(),
      { Quantity: '1', Reason: 'One was broken' },
      'Open the claim',
    ],
    [
      'a decision on a claim',
      () => '/claims/CL-000001',
      (page) => page.getByRole('button', { name: 'Write off' }).click(),
      { Reason: 'It is too little' },
      'Write off',
    ],
    [
      'a legal hold',
      () => '/retention',
      (page) => page.getByRole('button', { name: 'Place a hold' }).click(),
      { 'Its id': 'northwind-hardware', Reason: 'Lawsuit' },
      'Place the hold',
    ],
    [
      'a delivery to be tried again',
      () => `/deliveries/${ids['dead']}`,
      (page) => page.getByRole('button', { name: 'Try again' }).click(),
      { 'What has changed since': 'The line works' },
      'Try again',
    ],
    [
      'a file to be processed again',
      () => `/files/${ids['file']}`,
      (page) => page.getByRole('button', { name: 'Process again' }).click(),
      { Reason: 'The map is corrected' },
      'Process again',
    ],
    [
      'an approval',
      () => '/repeats',
      (page) => page.getByRole('button', { name: 'Decide' }).click(),
      { 'Your reason': 'They have them already' },
      'Agree, and do it',
    ],
    [
      'a proposed certificate',
      () => '/certificates',
      (page) => page.getByRole('button', { name: 'Reject' }).first().click(),
      { 'Why? The partner reads it.': 'The fingerprint differs' },
      'Reject',
    ],
  ];

  test.each(dialogs)(
    '%s: what was typed stays until the gateway has said yes',
    async (...[, path, open, fill, confirm]) => {
      const page = await visit(path());
      const sent: Route[] = [];
      await page.route(
        (url) => url.pathname.startsWith('/api/'),
        (route) => (route.request().method() === 'POST' ? void sent.push(route) : route.continue()),
      );
      await open(page);
      const dialog = page.getByRole('dialog');
      const fields = Object.entries(fill);
      for (const [label, text] of fields) await dialog.getByLabel(label).fill(text);
      const button = dialog.getByRole('button', { name: confirm, exact: true });
      await button.click();
      await button.and(page.locator('[data-loading]')).waitFor();
      await page.keyboard.press('Escape');
      await page.evaluate("document.querySelector('dialog form').requestSubmit()");
      expect(sent).toHaveLength(1);

      await sent[0]!.fulfill({
        status: 500,
        contentType: 'application/problem+json',
        body: JSON.stringify({
          status: 500,
          code: 'INTERNAL',
          detail: 'The disk is full.',
          requestId: 'r-1',
        }),
      });
      await dialog.getByRole('alert').getByText('The disk is full.').waitFor();
      for (const [label, text] of fields) expect(await dialog.getByLabel(label).inputValue()).toBe(text);
      await expectAccessible(page);

      await button.click();
      await dialog.getByRole('alert').waitFor({ state: 'detached' });
      expect(sent).toHaveLength(2);
      await sent[1]!.fulfill({ json: { id: 'CL-000001' } });
      await dialog.waitFor({ state: 'detached' });
    },
  );

  test('text that is marked with the mouse until outside of the dialog does not close it', async () => {
    const page = await visit(`/exceptions/${ids['price']}`);
    await page.keyboard.press('c');
    const field = page.getByLabel('For your colleagues');
    await field.fill('I have called them');
    const box = (await field.boundingBox())!;
    await page.mouse.move(box.x + 60, box.y + 12);
    await page.mouse.down();
    await page.mouse.move(5, 5, { steps: 3 });
    await page.mouse.up();
    expect(await field.inputValue()).toBe('I have called them');
    await page.mouse.click(5, 5);
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test('a request whose answer is lost says that it may have been done', async () => {
    const page = await visit(`/exceptions/${ids['price']}`);
    await page.route('**/api/exceptions/*/comments', (route) => route.abort());
    await page.keyboard.press('c');
    await page.getByLabel('For your colleagues').fill('I have called them');
    await page.getByRole('button', { name: 'Add comment' }).click();
    await page
      .getByRole('alert')
      .getByText(/It may have been done all the same/)
      .waitFor();
  });
});
