import { beforeAll, expect, test } from '@jest/globals';
import { expectAccessible } from '../web/browser.ts';
import { describeConsole } from '../web/console-stage.ts';

describeConsole('at work in the console', {}, (stage) => {
  /** Of exceptions over proposals, each for one test. */
  let ids: string[];

  beforeAll(async () => {
    ids = (await stage.scene.list('exceptions?type=CHANGE_PROPOSED')).map(({ id }) => id!);
  });

  test('a session that ends while a reason is typed is begun again, and nothing of it is lost', async () => {
    const page = await stage.visit(`/exceptions/${ids[0]}`);
    await page.keyboard.press('c');
    const comment = page.getByLabel('For your colleagues');
    await comment.fill('I have called them');
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Add comment' }).click();
    const again = page.getByRole('dialog', { name: 'Sign in again' });
    await again.waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await again.getByLabel('API token').fill('wrong');
    await again.getByRole('button', { name: 'Sign in' }).click();
    await again.getByText(/This token is not known/).waitFor();
    await again.getByLabel('API token').fill(stage.server.tokens.operator);
    await again.getByRole('button', { name: 'Sign in' }).click();
    await again.waitFor({ state: 'detached' });
    expect(await comment.inputValue()).toBe('I have called them');
    await page.getByRole('button', { name: 'Add comment' }).click();
    await page.getByText('Comment added.').waitFor();
  });

  test('a gateway that is away for a moment takes no dialog away', async () => {
    const page = await stage.visit(`/exceptions/${ids[0]}`);
    await page.keyboard.press('c');
    await page.getByLabel('For your colleagues').fill('They call back');
    await page.route('**/api/**', (route) => route.abort());
    await page.getByRole('button', { name: 'Add comment' }).click();
    await page
      .getByRole('alert')
      .getByText(/does not answer/)
      .waitFor();
    await page.unroute('**/api/**');
    await page.getByRole('button', { name: 'Add comment' }).click();
    await page.getByText('Comment added.').waitFor();
  });

  test('of two who decide the same, the second sees what the first has done, with what he has typed', async () => {
    const [id] = ids;
    const page = await stage.visit(`/exceptions/${id}`);
    await page.keyboard.press('1');
    const dialog = page.getByRole('dialog', { name: 'Accept' });
    await dialog.getByLabel('Reason').fill('Agreed by phone');
    const first = await stage.server.call('admin', 'POST', `/api/exceptions/${id}/decision`, {
      action: 'reject',
      reason: 'Too dear',
    });
    expect(first.status).toBe(204);
    await dialog.getByRole('button', { name: 'Accept' }).click();
    await dialog.getByRole('alert').waitFor();
    expect(await dialog.getByLabel('Reason').inputValue()).toBe('Agreed by phone');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText(/Reject by admin/).waitFor();
    await page.getByRole('button', { name: 'Open again' }).waitFor();
  });

  test('what a colleague does to an exception is seen while it is open', async () => {
    const page = await stage.visit(`/exceptions/${ids[1]}`);
    await page.getByRole('button', { name: /^Accept/ }).waitFor();
    await stage.server.call('admin', 'POST', `/api/exceptions/${ids[1]}/assignee`, { assignee: 'beate' });
    await page.getByText(/beate/).waitFor({ timeout: 20_000 });
  });

  test('the keys of actions do nothing for who may only look', async () => {
    for (const path of [`/?id=${ids[1]}`, `/exceptions/${ids[1]}`]) {
      const page = await stage.visit(path, { role: 'viewer' });
      const sent: string[] = [];
      page.on('request', (request) => request.method() === 'GET' || sent.push(request.url()));
      for (const key of ['1', 'e', 'a', 'h', 'c', 'i']) await page.keyboard.press(key);
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
      expect(await page.getByRole('dialog').count()).toBe(1);
      await page.keyboard.press('Escape');
      await page.goto(`${stage.server.url}/exceptions/${ids[1]}?tab=comments`);
      await page.getByRole('tabpanel', { name: 'Comments' }).waitFor();
      expect(await page.getByRole('button', { name: 'Add a comment' }).count()).toBe(0);
      expect(sent).toEqual([]);
    }
  });

  test('a page of a proxy in the place of an answer is told as such', async () => {
    const page = await stage.visit('/orders');
    await page.route('**/api/invoices*', (route) =>
      route.fulfill({ status: 200, contentType: 'text/html', body: '<h1>Please sign in</h1>' }),
    );
    await page.getByRole('link', { name: 'Invoices' }).click();
    await page.getByText('The server in front of the gateway answered 200').waitFor();
  });

  test('what changed while a reason was typed is not decided unread', async () => {
    const [, id] = ids;
    const page = await stage.visit(`/exceptions/${id}`);
    await page.keyboard.press('1');
    const dialog = page.getByRole('dialog', { name: 'Accept' });
    await dialog.getByLabel('Reason').fill('Agreed by phone');
    const comment = { text: 'Wait: they have sent another price.' };
    await stage.server.call('admin', 'POST', `/api/exceptions/${id}/comments`, comment);
    // What is behind the dialog is asked for again.
    await page.getByRole('tab', { name: 'Comments (1)', includeHidden: true }).waitFor({ timeout: 20_000 });
    await dialog.getByRole('button', { name: 'Accept' }).click();
    await dialog
      .getByRole('alert')
      .getByText(/has changed since you opened it/)
      .waitFor();
    expect(await dialog.getByLabel('Reason').inputValue()).toBe('Agreed by phone');
    const after = await stage.server.call('viewer', 'GET', `/api/exceptions/${id}`);
    expect(((await after.json()) as { status: string }).status).toBe('open');
    // Who has looked again may.
    await dialog.getByRole('button', { name: 'Accept' }).click();
    await page.getByText(/Accept by maria/).waitFor();
  });

  test('whoever has decided one goes on with the next, not with the first', async () => {
    const answer = await stage.server.call('operator', 'GET', '/api/exceptions?limit=200&status=open');
    const { records } = (await answer.json()) as { records: { id: string }[] };
    const queue = records.map((record) => record.id);
    const at = queue.findIndex((id, index) => index > 1 && !ids.includes(id));
    expect(queue.length).toBeGreaterThan(at + 1);
    const page = await stage.visit(`/exceptions/${queue[at]}`);
    await page.getByText(`${at + 1} of ${queue.length}`).waitFor();
    await page.keyboard.press('h');
    await page.getByRole('button', { name: 'For an hour' }).click();
    await page.getByText(`${at + 1} of ${queue.length}`).waitFor({ state: 'detached' });
    await page.keyboard.press('j');
    await page.waitForURL(`**/exceptions/${queue[at + 1]}*`);
    await page.getByText(`${at + 1} of ${queue.length - 1}`).waitFor();
    await page.keyboard.press('k');
    await page.waitForURL(`**/exceptions/${queue[at - 1]}*`);
    // Back in the queue, what follows the one that has gone is chosen.
    await page.goto(`${stage.server.url}/exceptions/${queue[at + 1]}`);
    await page.getByText(`${at + 1} of ${queue.length - 1}`).waitFor();
    await page.keyboard.press('h');
    await page.getByRole('button', { name: 'For an hour' }).click();
    await page.getByText(`${at + 1} of ${queue.length - 1}`).waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page.waitForURL(/\?id=/);
    expect(new URL(page.url()).searchParams.get('id')).toBe(queue[at + 2] ?? queue[at - 1]);
  });

  test('an id is looked up as it was pasted, also where Enter was quicker than the answer', async () => {
    const page = await stage.visit('/');
    await page.keyboard.press('Control+k');
    const id = page.getByRole('combobox');
    await id.fill('PO-4');
    await page.getByRole('option').nth(2).waitFor();
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/api/search*', async (route) => {
      await released;
      await route.continue();
    });
    await id.fill('PO-41005');
    await page.keyboard.press('Enter');
    release();
    await page.waitForURL('**/orders/PO-41005');
    await page.keyboard.press('Control+k');
    await id.fill('CL-000001');
    await page.getByRole('option', { name: /Claim CL-000001/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/claims/CL-000001');
    // Nothing is said of an id that could not be looked up.
    await page.route('**/api/search*', (route) => route.abort());
    await page.keyboard.press('Control+k');
    await id.fill('PO-43001');
    await page.getByText(/The gateway does not answer/).waitFor();
    expect(await page.getByText('Nothing has this id').count()).toBe(0);
  });

  test('what a message tells can be read and taken back over a dialog', async () => {
    const page = await stage.visit(`/exceptions/${ids[2]}`);
    await page.keyboard.press('i');
    await page.getByText('Assigned to maria.').waitFor();
    await page.keyboard.press('c');
    const dialog = page.getByRole('dialog', { name: 'Comment' });
    await dialog.getByLabel('For your colleagues').fill('I have called them');
    await dialog.getByText('Assigned to maria.').waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Undo' }).click();
    await dialog.getByText('Nobody has it now.').waitFor();
    expect(await dialog.getByLabel('For your colleagues').inputValue()).toBe('I have called them');
    await dialog.getByRole('button', { name: 'Add comment' }).click();
    await dialog.waitFor({ state: 'detached' });
    // It has been told in the dialog, which has closed: the page goes on telling it.
    await page.getByText('Comment added.').waitFor();
  });

  test('of an answer that broke off it is said that it may have been done', async () => {
    const page = await stage.visit(`/exceptions/${ids[2]}`);
    await page.keyboard.press('c');
    await page.getByLabel('For your colleagues').fill('They call back');
    await page.route('**/comments', (route) =>
      route.fulfill({ status: 504, contentType: 'text/html', body: '<h1>Gateway Timeout</h1>' }),
    );
    await page.getByRole('button', { name: 'Add comment' }).click();
    const told = page.getByRole('alert');
    await told.getByText(/answered 504 Gateway Timeout\. It may have been done all the same/).waitFor();
    await page.evaluate(`{
      const real = window.fetch;
      const cut = () => new ReadableStream({ start: (to) => to.error(new TypeError('network error')) });
      window.fetch = (address, init) =>
        init.method === 'POST' ? Promise.resolve(new Response(cut(), { status: 200 })) : real(address, init);
    }`);
    await page.getByRole('button', { name: 'Add comment' }).click();
    await told.getByText(/does not answer\. .*It may have been done all the same/).waitFor();
  });

  test('what would happen to a file is told of the one that is chosen, and a mended one can be tried again', async () => {
    const page = await stage.visit('/files');
    await page.getByRole('button', { name: 'Try a file' }).click();
    const input = page.locator('input[type=file]');
    const choose = (name: string) =>
      input.setInputFiles({
        name,
        mimeType: 'text/plain',
        buffer: Buffer.from('ISA*this is no interchange'),
      });
    await choose('first.edi');
    // Chosen once more it would be no change to the browser.
    expect(await input.inputValue()).toBe('');
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/preview*', async (route) => {
      await released;
      await route.continue();
    });
    await page.getByRole('button', { name: 'What would happen?' }).click();
    await choose('second.edi');
    const answered = page.waitForResponse('**/preview*');
    release();
    await answered;
    await page.locator('button[data-loading]').waitFor({ state: 'detached' });
    await page.getByText('second.edi').waitFor();
    expect(await page.getByRole('button', { name: 'Hand it in' }).count()).toBe(0);
    await page.getByRole('button', { name: 'What would happen?' }).click();
    await page.getByRole('button', { name: 'Hand it in' }).waitFor();
  });
});
