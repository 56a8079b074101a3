import { posix } from 'node:path';
import type { Finding } from '../common/finding.ts';
import type { ConfigFile } from './config-text.ts';
import { configFinding } from './config-text.ts';
import type { PartnerSource } from './partner-source.ts';

const MISNAMED = /^[^/]+\/partner\.(yml|YML|YAML|json)$/;

/**
 * Folders that two watch, the ERP's among them: each file goes to whichever looks first, and is refused there as another sender's.
 * And outboxes that are an inbox: what we send would come back as the partner's.
 */
export function checkInboxes(sources: readonly PartnerSource[]): Finding[] {
  const folders = sources.flatMap(({ partner: { partner, channels }, locate }) =>
    channels.flatMap((channel, index) => {
      if (channel.type !== 'folder' || !channel.enabled) return [];
      const tell = (setting: 'inbox' | 'outbox', folder: string, trouble: string) =>
        configFinding(
          locate(['channels', index, setting]),
          'INBOX_SHARED',
          `channels[${index}].${setting}: "${folder}" is watched for ${trouble}`,
          { actual: folder, severity: 'warning' },
        );
      const inbox = plain(channel.inbox ?? `inbox/${partner}`);
      return [{ partner, inbox, outbox: plain(channel.outbox ?? `outbox/${partner}`), tell }];
    }),
  );
  const owners = new Map([['inbox/erp', 'the ERP']]);
  const shared = folders.flatMap(({ partner, inbox, tell }) => {
    const owner = owners.get(inbox) ?? partner;
    owners.set(inbox, owner);
    return owner === partner
      ? []
      : [tell('inbox', inbox, `${owner} already; each partner needs a folder of its own`)];
  });
  const returning = folders.flatMap(({ outbox, tell }) => {
    const owner = owners.get(outbox);
    return owner === undefined ? [] : [tell('outbox', outbox, `${owner}: what is sent would come back`)];
  });
  return [...shared, ...returning];
}

/** `./inbox/acme/` is `inbox/acme`. */
function plain(folder: string): string {
  return posix.normalize(folder).replace(/\/+$/, '');
}

/** `acme/partner.yml`: meant for a partner, and read by nobody. */
export function checkFileNames(files: readonly ConfigFile[]): Finding[] {
  return files
    .filter(({ path }) => MISNAMED.test(path))
    .map(({ path: file }) =>
      configFinding(
        { file, line: 1, column: 1 },
        'PARTNER_FILE_NAME',
        'is not read: the settings of a partner are in "partner.yaml"',
        { actual: file, expected: 'partner.yaml' },
      ),
    );
}
