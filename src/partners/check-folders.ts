import { posix } from 'node:path';
import type { Finding } from '../common/finding.ts';
import type { ConfigFile } from './config-text.ts';
import { configFinding } from './config-text.ts';
import type { PartnerSource } from './partner-source.ts';

const READ = /^[^/]+\/partner\.yaml$/;
/** What somebody may have meant by it. */
const MEANT = /(^|\/)partner\.(ya?ml|json)(\.txt)?$/i;
const PARTNER_MAP = /^[^/]+\/maps\/.+\.map\.yaml$/;

/** Of the partner: `acme` of `acme/maps/850.map.yaml`; '' for what lies in no folder. */
function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : '';
}

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

/**
 * Settings that nobody reads, where what would be read is missing: `acme/Partner.yml`, `partner.yaml` beside the folders or too deep
 * in them; and a folder that has maps alone.
 */
export function checkFileNames(files: readonly ConfigFile[]): Finding[] {
  const read = new Set(files.map(({ path }) => path).filter((path) => READ.test(path)));
  const misnamed = files
    .map(({ path }) => path)
    .filter((path) => MEANT.test(path) && !read.has(`${folderOf(path)}/partner.yaml`));
  const folders = new Set([...read, ...misnamed].map(folderOf));
  const maps = files.filter(({ path }) => PARTNER_MAP.test(path) && !folders.has(folderOf(path)));
  return [
    ...misnamed.map((file) =>
      configFinding(
        { file, line: 1, column: 1 },
        'PARTNER_FILE_NAME',
        folderOf(file) === ''
          ? 'is not read: a partner is a folder of its own, "acme/partner.yaml"'
          : `is not read: the settings of a partner are in "${folderOf(file)}/partner.yaml"`,
        { actual: file, expected: 'partner.yaml' },
      ),
    ),
    ...[...new Set(maps.map(({ path }) => folderOf(path)))].map((folder) =>
      configFinding(
        { file: `${folder}/partner.yaml`, line: 1, column: 1 },
        'PARTNER_FILE_NAME',
        'is not there, and its maps are: nobody uses them',
        { severity: 'warning' },
      ),
    ),
  ];
}
