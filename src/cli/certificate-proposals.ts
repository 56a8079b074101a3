import type { Command } from 'commander';
import { GatewayError } from '../common/errors.ts';
import { readConfig } from '../config.ts';
import type { CertificateProposalRecord } from '../pipeline/channels/certificate-proposal-record.ts';
import type { CertificateDirectory } from '../pipeline/ports/certificates.ts';
import type { Store } from '../pipeline/ports/store.ts';
import { listProposals } from '../pipeline/queries/certificate-proposals.ts';
import { cliActor } from './actor.ts';
import type { CliEnvironment } from './environment.ts';
import { print, printList } from './output.ts';

/** `as2 certificate proposals|accept|reject|withdraw|propose`: certificates that are exchanged by messages. */
export function registerProposals(certificate: Command, environment: CliEnvironment): void {
  certificate
    .command('proposals')
    .description('certificates that partners propose to us and we to them, newest first')
    .option('--partner <id>', 'of that partner')
    .option('--status <status>', 'open, accepted, rejected, expired, withdrawn')
    .option('--json', 'as JSON')
    .action((options: { partner?: string; status?: CertificateProposalRecord['status']; json?: boolean }) =>
      withCertificates(environment, async (_certificates, store) => {
        const filter = { partnerId: options.partner, status: options.status };
        const { records } = await listProposals(store, filter, { limit: 1_000 });
        printProposals(records, options);
      }),
    );
  certificate
    .command('accept <id>')
    .description('a partner’s certificate counts beside those of the settings from now on; he is told')
    .requiredOption('--reason <text>', 'how you made sure that it is his, for the audit log')
    .option('--from <instant>', 'encrypt for it from then on, such as 2027-01-15T06:00:00Z; default now')
    .action((id: string, { reason, from }: { reason: string; from?: string }) =>
      withCertificates(environment, async ({ exchange }) => {
        const decision = { reason, ...(from !== undefined && { from: toInstant(from, '--from') }) };
        const { certificate: accepted, activeFrom } = await exchange.accept(id, decision, cliActor());
        print(
          `${accepted.subject} (${accepted.fingerprint}) counts; it is encrypted for from ${activeFrom!} on.`,
        );
      }),
    );
  certificate
    .command('reject <id>')
    .description('a partner’s certificate does not count; he is told the reason')
    .requiredOption('--reason <text>', 'for the partner and the audit log')
    .action((id: string, { reason }: { reason: string }) =>
      withCertificates(environment, async ({ exchange }) => {
        const { certificate: rejected } = await exchange.reject(id, reason, cliActor());
        print(`${rejected.subject} (${rejected.fingerprint}) is rejected; the partner is told.`);
      }),
    );
  certificate
    .command('withdraw <id>')
    .description('a partner’s certificate that was accepted counts no longer; he is not told')
    .requiredOption('--reason <text>', 'for the audit log')
    .action((id: string, { reason }: { reason: string }) =>
      withCertificates(environment, async ({ exchange }) => {
        const { certificate: withdrawn } = await exchange.withdraw(id, reason, cliActor());
        print(`${withdrawn.subject} (${withdrawn.fingerprint}) counts no longer.`);
      }),
    );
  certificate
    .command('propose')
    .description(
      'asks partners by a message to trust a certificate of ours; without --partner all who exchange them',
    )
    .requiredOption('--respond-by <instant>', 'when their answer is due, such as 2027-01-15T06:00:00Z')
    .option('--partner <id...>', 'these partners only')
    .option('--certificate <fingerprint>', 'SHA-256 fingerprint or its beginning; default our newest')
    .option('--json', 'as JSON')
    .action((options: { respondBy: string; partner?: string[]; certificate?: string; json?: boolean }) =>
      withCertificates(environment, async ({ exchange }) => {
        const { partner, certificate: fingerprint } = options;
        const proposal = {
          respondBy: toInstant(options.respondBy, '--respond-by'),
          ...(partner !== undefined && { partnerIds: partner }),
          ...(fingerprint !== undefined && { fingerprint }),
        };
        printProposals(await exchange.propose(proposal, cliActor()), options);
      }),
    );
}

/** Opens the installation beside a running gateway. Throws CONFIG_INVALID where it has no AS2 station. */
export async function withCertificates(
  environment: CliEnvironment,
  command: (certificates: CertificateDirectory, store: Store) => Promise<void>,
): Promise<void> {
  const opened = await environment.openGateway({ mode: 'read', config: readConfig(environment.variables) });
  try {
    if (opened.certificates === undefined)
      throw new GatewayError(
        'CONFIG_INVALID',
        'company.yaml has no "as2": there is no AS2 station (docs/as2.md).',
      );
    await command(opened.certificates, opened.gateway.store);
  } finally {
    await opened.close();
  }
}

function printProposals(records: readonly CertificateProposalRecord[], options: { json?: boolean }): void {
  const rows = records.map(({ certificate, ...rest }) => {
    const { id, partnerId, direction, status, uses, respondBy, requestId, decidedBy, reason, activeFrom } =
      rest;
    return {
      ...{ id, partnerId, direction, status, uses, respondBy, requestId, decidedBy, reason, activeFrom },
      ...certificate,
    };
  });
  printList(rows, { ...options, none: 'No certificate is proposed.' }, [
    { title: 'ID', value: (row) => row.id },
    { title: 'PARTNER', value: (row) => row.partnerId },
    { title: 'WHOSE', value: (row) => (row.direction === 'inbound' ? 'theirs' : 'ours') },
    { title: 'STATUS', value: (row) => row.status },
    { title: 'BY', value: (row) => row.decidedBy ?? '' },
    { title: 'ANSWER DUE', value: (row) => row.respondBy.slice(0, 16) },
    { title: 'USES', value: (row) => row.uses.join(' ') },
    { title: 'UNTIL', value: (row) => row.validTo.slice(0, 10) },
    { title: 'SUBJECT', value: (row) => row.subject },
    { title: 'SHA-256', value: (row) => row.fingerprint },
  ]);
}

function toInstant(text: string, option: string): string {
  const ms = /^\d{4}-\d{2}-\d{2}(T.*(Z|[+-]\d{2}:\d{2}))?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(ms)) return new Date(ms).toISOString();
  throw new GatewayError('INVALID_REQUEST', `${option} is a date, or a moment such as 2027-01-15T06:00:00Z.`);
}
