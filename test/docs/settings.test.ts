import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readConfig } from '../../src/config.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (name: string) => readFileSync(path.join(ROOT, name), 'utf8');

/** The rows of the table of settings: variable → its default as it is written there. */
const documented = new Map(
  [...read('docs/operations.md').matchAll(/^\| `(TRADELANE_\w+)`\s*\| ([^|]*) \|/gm)].map(
    ([, name, value]) => [name!, value!.trim()],
  ),
);

describe('the settings of docs/operations.md', () => {
  test('are those that the program reads', () => {
    const known = [...read('src/config.ts').matchAll(/^ {2}(TRADELANE_\w+):/gm)].map(([, name]) => name!);
    expect([...documented.keys()].sort()).toEqual([...new Set(known)].sort());
  });

  test('have the defaults that the program uses', () => {
    const config = readConfig({ TRADELANE_HOME: '/srv/tradelane' });
    const used = {
      TRADELANE_DATA: `\`${path.relative('/srv/tradelane', config.dataFolder)}\` below the home`,
      TRADELANE_HOST: `\`${config.host}\``,
      TRADELANE_AS2_HOST: `\`${config.as2Host}\``,
      TRADELANE_AS2_PORT: `\`${config.as2Port}\``,
      TRADELANE_SFTP_HOST: `\`${config.sftpHost}\``,
      TRADELANE_SFTP_PORT: `\`${config.sftpPort}\``,
      TRADELANE_PORT: `\`${config.port}\``,
      TRADELANE_PUBLIC_URL: `\`${config.publicUrl.replace(String(config.port), '<port>')}\``,
      TRADELANE_LOG_LEVEL: `\`${config.logLevel}\``,
      TRADELANE_POLL_INTERVAL_MS: `\`${config.pollIntervalMs}\``,
      TRADELANE_WORKERS: `\`${config.workers}\``,
      TRADELANE_SECRET_KEY: config.secretKey === undefined ? 'none' : '',
      TRADELANE_SECRETS_FOLDER: `\`${config.secretsFolder}\``,
      TRADELANE_ALERT_WEBHOOK_URL: config.alertWebhook === undefined ? 'none' : '',
      TRADELANE_EVENT_WEBHOOK_URL: config.eventWebhook === undefined ? 'none' : '',
    };
    expect(Object.fromEntries(Object.keys(used).map((name) => [name, documented.get(name)]))).toEqual(used);
  });
});
