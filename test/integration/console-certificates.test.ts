import { afterEach, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { PipelineContext } from '../../src/pipeline/context.ts';
import { raiseException } from '../../src/pipeline/exceptions/exceptions.ts';
import { createIdSource } from '../../src/pipeline/ids.ts';
import { UnitOfWork } from '../../src/pipeline/unit-of-work.ts';
import { DEFAULT_POLICY } from '../../src/tracking/policy.ts';
import { silentLogger } from '../support/silent-logger.ts';
import { expectAccessible, expectNothingCutOff, goTo } from '../web/browser.ts';
import { CERTIFICATES, CertificateScene, fingerprintOf, manyCertificates } from '../web/certificates.ts';
import { ConsoleScene, describeConsole } from '../web/console-stage.ts';
import { ExchangeScene, tellOfProposals } from '../web/proposals.ts';
import { NOW } from '../web/story.ts';

const pathOf = (name: string): string =>
  `/certificates/${fingerprintOf(name).replaceAll(':', '').toLowerCase()}`;

const scene = new CertificateScene();
const options = { start: NOW, prepare: () => Promise.resolve(), web: () => ({ certificates: scene }) };

describeConsole('certificates in a browser', options, (stage) => {
  const opened: ConsoleScene[] = [];

  afterEach(async () => {
    scene.shown = CERTIFICATES;
    for (const own of opened.splice(0)) await own.close();
  });

  async function openProposals(role: 'operator' | 'viewer' = 'operator') {
    let exchange: ExchangeScene;
    const own = await ConsoleScene.open({
      start: NOW,
      prepare: ({ gateway }) => tellOfProposals(gateway.store),
      web({ gateway }) {
        exchange = new ExchangeScene(gateway.store);
        return { certificates: new CertificateScene(exchange) };
      },
    });
    opened.push(own);
    return { page: await stage.browser.visit(own.server, '/certificates', { role }), exchange: exchange! };
  }

  const namesOf = (page: Page, table: string): Promise<string[]> =>
    page
      .getByRole('region', { name: table, exact: true })
      .locator('tbody td:first-child a')
      .allTextContents();

  test('ours stand first, each list begins with what ends first, and what is over comes last', async () => {
    const page = await stage.visit('/certificates');
    expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual([
      ...['Ours', 'Partners', 'Authorities that partners are trusted by', 'Revocation lists'],
    ]);
    expect(await namesOf(page, 'Ours')).toEqual(['tradelane-client', 'TRADELANE', 'TRADELANE 2027']);
    await page.getByText('for Hansa Werkzeuge GmbH alone').waitFor();
    expect(await namesOf(page, 'Partners')).toEqual([
      ...['PACIFIC', 'NORTHWIND 2025', 'northwind-tls.example', 'HANSA 2026', 'NORTHWIND 2022', 'HANSA 2023'],
    ]);
    await page
      .getByRole('row', { name: /NORTHWIND 2025 [\dA-F:]{11} .* Ends soon 17 Mar 2026 12 days left/ })
      .waitFor();
    await page.getByText('partners/nordic-lighting/certificates/2026.crt cannot be read').waitFor();
  });

  test('what asks for somebody leads to its list; filters stand in the address and can be cleared', async () => {
    const page = await stage.visit('/certificates');
    await page.getByRole('link', { name: '1 is not trusted' }).click();
    await page.waitForURL(/state=untrusted/);
    expect(await namesOf(page, 'Partners')).toEqual(['HANSA 2026']);
    await page.getByLabel('Whose').selectOption('own');
    await page.getByText('Nothing matches').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await page.getByRole('region', { name: 'Ours' }).waitFor();
    await page.getByLabel('Whose').selectOption('hansa-werkzeuge');
    await page.waitForURL(/partnerId=hansa-werkzeuge/);
    expect(await namesOf(page, 'Partners')).toEqual(['HANSA 2026', 'HANSA 2023']);
  });

  test('by keyboard to a certificate: its fingerprint to read out and to copy, and the command that replaces it', async () => {
    const page = await stage.visit('/certificates');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('link', { name: 'NORTHWIND 2025' }).press('Enter');
    await page.getByRole('heading', { level: 1, name: /NORTHWIND 2025 Ends soon/ }).waitFor();
    const fingerprint = fingerprintOf('NORTHWIND 2025');
    const groups = await page
      .getByRole('list', { name: 'In groups, to be read out' })
      .locator('code')
      .allTextContents();
    expect(groups).toHaveLength(4);
    expect(groups.join('').replaceAll(' ', '')).toBe(fingerprint.replaceAll(':', ''));
    await page.getByRole('button', { name: 'Copy the fingerprint' }).press('Enter');
    await page.getByText('Copied.').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(fingerprint);
    await page
      .getByText('tradelane as2 certificate import northwind-hardware-2026.crt --partner northwind-hardware')
      .waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download as PEM' }).click();
    expect((await download).suggestedFilename()).toBe(
      `northwind-hardware-as2-${fingerprint.replaceAll(':', '').slice(0, 8).toLowerCase()}.pem`,
    );
  });

  test('a switch of ours is shown with both certificates, and leads from one to the other', async () => {
    const page = await stage.visit(pathOf('TRADELANE'));
    await page.getByText(/TRADELANE 2027 \(.{11}\) takes over on 14 Mar 2026\./).waitFor();
    await page.getByText('accepted 20 Apr 2023 – 20 Apr 2026, used 20 Apr 2023 – 14 Mar 2026').waitFor();
    await page.getByRole('link', { name: 'TRADELANE 2027' }).click();
    await page.getByRole('heading', { level: 1, name: /TRADELANE 2027 Takes over later/ }).waitFor();
    await page.getByText(/Every partner has to have it before 14 Mar 2026/).waitFor();
  });

  test('from an exception, and from the partner’s page, to his certificates', async () => {
    const context = {
      ...{
        store: stage.harness.gateway.store,
        clock: stage.harness.time,
        ids: createIdSource(stage.harness.time),
      },
      ...{ logger: silentLogger, partners: stage.harness.gateway.partners, policyOf: () => DEFAULT_POLICY },
    } as unknown as PipelineContext;
    const unit = new UnitOfWork(context.store);
    const subject = { partnerId: 'hansa-werkzeuge' };
    const detail = 'HANSA’s certificate CN=HANSA 2026 does not count: it was revoked.';
    const id = await raiseException(unit, context, {
      ...{ type: 'CERT_UNTRUSTED', subject, discriminator: 'main/hansa', detail },
    });
    await unit.commit();
    const page = await stage.visit(`/exceptions/${id}`);
    await page.getByRole('link', { name: 'The partner’s' }).click();
    await page.waitForURL(/\/certificates\?partnerId=hansa-werkzeuge/);
    await goTo(page, '/partners/hansa-werkzeuge');
    await page.getByRole('link', { name: 'HANSA 2026' }).click();
    await page.getByText(/It was revoked on/).waitFor();
  });

  test('two hundred of forty partners, and none at all', async () => {
    scene.shown = manyCertificates();
    const page = await stage.visit('/certificates');
    expect(await namesOf(page, 'Partners')).toHaveLength(200);
    await page.getByLabel('Whose').selectOption('partner-7');
    await page.waitForURL(/partner-7/);
    expect(await namesOf(page, 'Partners')).toHaveLength(5);
    scene.shown = { certificates: [], revocationLists: [], unreadable: [] };
    await goTo(page, '/certificates');
    await page.getByText('No certificates yet').waitFor();
    await expectAccessible(page);
  });

  test('a certificate that a partner proposes is accepted only once its fingerprint was compared', async () => {
    const { page, exchange } = await openProposals();
    await page.getByText('None of the partner’s certificates in force has this name.').waitFor();
    await page
      .getByRole('button', { name: 'Accept NORTHWIND 2027 of Northwind Hardware Supply Co.' })
      .click();
    const dialog = page.getByRole('dialog', { name: 'Accept a certificate' });
    const confirm = dialog.getByRole('button', { name: 'Accept' });
    await dialog.getByText(fingerprintOf('NORTHWIND 2027')).waitFor();
    await dialog.getByLabel('Whom have you asked?').fill('Mr. Smith, by telephone');
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByRole('checkbox', { name: /I have compared this fingerprint/ }).check();
    await dialog.getByLabel('From when on we encrypt for it').fill('2026-03-09T08:00');
    await expectAccessible(page);
    await confirm.click();
    await page.getByText('It is accepted, and the partner is told.').waitFor();
    await page.getByRole('button', { name: /Accept NORTHWIND 2027/ }).waitFor({ state: 'detached' });
    // The reader is in Berlin.
    expect(exchange.asked).toEqual(['accept proposal-1 2026-03-09T07:00:00.000Z: Mr. Smith, by telephone']);
  });

  test('one is rejected with a reason, one is withdrawn, one of ours is proposed', async () => {
    const { page, exchange } = await openProposals();
    await page.getByRole('button', { name: /Reject HANSA NEW/ }).click();
    await page.getByLabel('Why? The partner reads it.').fill('Nobody there knows of it');
    await page.getByRole('button', { name: 'Reject', exact: true }).click();
    await page.getByRole('row', { name: /HANSA NEW .* Rejected by maria/ }).waitFor();
    await page.getByRole('button', { name: 'Withdraw NORTHWIND 2025' }).click();
    await page.getByLabel('Why?').fill('Its key is out');
    await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
    await page.getByText('It counts no longer.').waitFor();
    await page
      .getByRole('row', { name: /TRADELANE 2027 .* by NORTHWIND: Not before the holidays/ })
      .waitFor();
    await goTo(page, pathOf('TRADELANE 2027'));
    await page.getByRole('button', { name: 'Propose to partners' }).click();
    await page.getByLabel('To', { exact: true }).selectOption('northwind-hardware');
    await page.getByLabel('Answer asked for by').fill('2026-03-20');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Propose', exact: true }).click();
    await page.getByText('It is on its way.').waitFor();
    expect(exchange.asked).toEqual([
      'reject proposal-2: Nobody there knows of it',
      'withdraw proposal-3: Its key is out',
      `propose ${fingerprintOf('TRADELANE 2027').slice(0, 5)} to northwind-hardware by 2026-03-20T22:59:59.000Z`,
    ]);
  });

  test('who may only look sees proposals, and decides nothing', async () => {
    const { page } = await openProposals('viewer');
    await page.getByRole('heading', { name: 'Proposed by partners' }).waitFor();
    expect(await page.getByRole('button', { name: /Accept|Reject|Withdraw/ }).count()).toBe(0);
    await goTo(page, pathOf('TRADELANE 2027'));
    expect(await page.getByRole('button', { name: 'Propose to partners' }).count()).toBe(0);
  });

  test('on a telephone nothing is cut off', async () => {
    const page = await stage.visit('/certificates', { width: 375 });
    for (const path of [
      '/certificates',
      pathOf('NORTHWIND 2025'),
      pathOf('HANSA 2026'),
      '/partners/hansa-werkzeuge',
    ]) {
      await goTo(page, path);
      await expectNothingCutOff(page, path);
    }
    await expectAccessible(page);
  });
});
