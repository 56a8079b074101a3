import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { GatewayError } from '../../common/errors.ts';
import { readConfig } from '../../config.ts';
import type { CertificateRow } from '../../pipeline/ports/certificates.ts';
import type { Store } from '../../pipeline/ports/store.ts';
import { listProposals } from '../../pipeline/queries/certificate-proposals.ts';
import { readAs2Evidence } from '../../pipeline/queries/as2-messages.ts';
import type { As2Evidence } from '../../pipeline/queries/as2-messages.ts';
import type { As2Tools, CliEnvironment } from '../environment.ts';
import { ExitCode } from '../exit-code.ts';
import { readInput } from '../input.ts';
import { print, printJson, printTable, remark, style } from '../output.ts';
import { registerProposals, withCertificates } from '../certificate-proposals.ts';
import { withGateway } from '../with-gateway.ts';

export function register(program: Command, environment: CliEnvironment): void {
  const as2 = program.command('as2').description('AS2: certificates, and the evidence of messages');
  const open = () => environment.openAs2(readConfig(environment.variables));
  registerEvidence(as2, environment, open);
  const certificate = as2.command('certificate').description('our certificates and those of partners');
  certificate
    .command('list')
    .description('every certificate that counts, with where it is from, what it is used for and when it ends')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }) =>
      withCertificates(environment, async (directory, store) => {
        const { certificates, unreadable } = await directory.list();
        if (options.json === true) printJson(certificates);
        else {
          printCertificates(certificates);
          await remarkProposed(store, certificates);
        }
        for (const { owner, text } of unreadable) remark(`${owner}: ${text}`);
        if (unreadable.length > 0) throw new ExitCode(1);
      }),
    );
  registerProposals(certificate, environment);
  certificate
    .command('show <file>')
    .description('what a file holds: PEM, DER, PKCS #7, or PKCS #12 with --passphrase-file')
    .option('--passphrase-file <file>', 'passphrase of a PKCS #12 file')
    .action(async (file: string, options: { passphraseFile?: string }) => {
      const { certificates, hasKey } = await (
        await open()
      ).showFile(await readInput(file), await passphrase(options));
      printJson({ certificates, privateKey: hasKey });
    });
  certificate
    .command('import <file>')
    .description(
      'keeps a partner’s certificate in partners/, or our own with its key as secrets; prints the setting for it',
    )
    .option('--partner <id>', 'of that partner; default our own')
    .requiredOption('--name <name>', 'name of the file or of the secrets, such as 2027')
    .option('--passphrase-file <file>', 'passphrase of a PKCS #12 file')
    .action(async (file: string, options: { partner?: string; name: string; passphraseFile?: string }) => {
      const tools = await open();
      print(
        await tools.importFile(await readInput(file), { ...options, ...(await passphraseOption(options)) }),
      );
    });
  certificate
    .command('new')
    .description(
      'makes a key and a self-signed certificate of our own, as secrets; prints the setting for it',
    )
    .requiredOption('--name <name>', 'name of the secrets, such as 2027')
    .option('--common-name <name>', 'default: our AS2 identifier')
    .option('--days <days>', 'how long it is valid', '1096')
    .option('--output <file>', 'also writes the certificate there, to be sent to partners')
    .action(async (options: { name: string; commonName?: string; days: string; output?: string }) => {
      const days = Number(options.days);
      if (!Number.isInteger(days) || days < 1)
        throw new GatewayError('INVALID_REQUEST', '--days is a number of days.');
      const { settings, pem } = await (await open()).createOwn({ ...options, days });
      if (options.output !== undefined) await writeFile(options.output, pem, { flag: 'wx' });
      print(settings);
    });
}

function printCertificates(rows: readonly CertificateRow[]): void {
  printTable(rows, [
    { title: 'OWNER', value: (row) => row.owner },
    { title: 'USES', value: (row) => row.uses.join(' ') },
    {
      title: 'STATE',
      value: (row) => row.state,
      style: (row) => (/^(expired|untrusted)$/.test(row.state) ? 'red' : undefined),
    },
    { title: 'FROM', value: (row) => row.source },
    { title: 'UNTIL', value: (row) => row.validTo.slice(0, 10) },
    { title: 'KEY', value: (row) => `${row.keyType} ${row.keyBits}` },
    { title: 'SUBJECT', value: (row) => row.subject },
    { title: 'ISSUER', value: (row) => (row.issuer === row.subject ? 'itself' : row.issuer) },
    { title: 'SHA-256', value: (row) => row.fingerprint },
  ]);
  for (const { subject, weaknesses, trouble } of rows) {
    for (const remarked of [...weaknesses, trouble]) {
      if (remarked !== '') remark(`${subject}: ${remarked}`);
    }
  }
}

/** Who has accepted a certificate of ours that was proposed to him. */
async function remarkProposed(store: Store, rows: readonly CertificateRow[]): Promise<void> {
  const { records } = await listProposals(store, { direction: 'outbound' }, { limit: 1_000 });
  for (const { owner, subject, fingerprint } of rows) {
    const answers = records
      .filter(({ certificate }) => owner === 'own' && certificate.fingerprint === fingerprint)
      .map(({ partnerId, status }) => `${partnerId} (${status})`);
    if (answers.length > 0) remark(`${subject}: proposed to ${answers.join(', ')}`);
  }
}

function registerEvidence(as2: Command, environment: CliEnvironment, open: () => Promise<As2Tools>): void {
  as2
    .command('evidence <message-id>')
    .description(
      'everything that proves one message, in one file: request, receipt, certificates, MIC, payloads',
    )
    .option('--output <file>', 'default: standard output')
    .action(async (messageId: string, options: { output?: string }) => {
      await withGateway(environment, async ({ store }) => {
        const evidence = await readAs2Evidence(store, messageId, new Date().toISOString());
        const text = JSON.stringify(evidence, null, 2);
        if (options.output === undefined) print(text);
        else await writeFile(options.output, `${text}\n`, { flag: 'wx' });
      });
    });
  as2
    .command('verify <file>')
    .description('checks such a file by itself, without network or database; exit 1 when something is wrong')
    .option('--with-keys', 'opens what was encrypted for us with the private keys of this installation')
    .option('--json', 'as JSON')
    .action(async (file: string, options: { withKeys?: boolean; json?: boolean }) => {
      const evidence = readEvidence(Buffer.from(await readInput(file)).toString());
      const checks = await (await open()).verifyEvidence(evidence, options.withKeys === true);
      if (options.json === true) printJson(checks);
      else {
        for (const { name, ok, text } of checks) {
          const word =
            ok === undefined ? style('yellow', '—') : ok ? style('green', 'ok') : style('red', 'WRONG');
          print(`${word}  ${name}: ${text}`);
        }
      }
      if (checks.some(({ ok }) => ok === false)) throw new ExitCode(1);
    });
}

function readEvidence(text: string): As2Evidence {
  try {
    const value = JSON.parse(text) as Partial<As2Evidence>;
    if (value.format === 'tradelane-as2-evidence/1') return value as As2Evidence;
  } catch {
    // Told below.
  }
  throw new GatewayError('INVALID_REQUEST', 'The file is not the evidence of an AS2 message.');
}

async function passphrase({ passphraseFile }: { passphraseFile?: string }): Promise<string | undefined> {
  return passphraseFile === undefined
    ? undefined
    : Buffer.from(await readInput(passphraseFile))
        .toString()
        .replace(/\r?\n$/, '');
}

async function passphraseOption(options: { passphraseFile?: string }): Promise<{ passphrase?: string }> {
  const value = await passphrase(options);
  return value === undefined ? {} : { passphrase: value };
}
