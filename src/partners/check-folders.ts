import type { Finding } from '../common/finding.ts';
import type { ConfigFile } from './config-text.ts';
import { configFinding } from './config-text.ts';
import type { PartnerSource } from './partner-source.ts';

const MISNAMED = /^[^/]+\/partner\.(yml|YML|YAML|json)$/;

/** Partners that share an inbox: each file goes to whichever looks first, and is refused there as another sender's. */
export function checkInboxes(sources: readonly PartnerSource[]): Finding[] {
  const findings: Finding[] = [];
  const owners = new Map<string, string>();
  for (const { partner, locate } of sources) {
    for (const [index, channel] of partner.channels.entries()) {
      if (channel.type !== 'folder' || !channel.enabled) continue;
      const inbox = (channel.inbox ?? `inbox/${partner.partner}`).replace(/\/+$/, '');
      const owner = owners.get(inbox);
      owners.set(inbox, owner ?? partner.partner);
      if (owner === undefined || owner === partner.partner) continue;
      findings.push(
        configFinding(
          locate(['channels', index, 'inbox']),
          'INBOX_SHARED',
          `channels[${index}].inbox: "${inbox}" is watched for ${owner} already; each partner needs a folder of its own`,
          { actual: inbox, severity: 'warning' },
        ),
      );
    }
  }
  return findings;
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
