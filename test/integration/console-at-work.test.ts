import { beforeAll, expect, test } from '@jest/globals';
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
});
