import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Issued {
  /** PEM. */
  certificate: string;
  key: string;
}

export interface IssueOptions {
  /** Lines of an extension section of openssl. */
  extensions?: readonly string[];
  from?: string;
  to?: string;
  /** Another certificate of this key and name. */
  key?: string;
  digest?: 'sha1' | 'sha256';
}

export const CA = ['basicConstraints = critical, CA:TRUE', 'keyUsage = critical, keyCertSign, cRLSign'];
export const SIGNER = ['basicConstraints = critical, CA:FALSE', 'keyUsage = critical, digitalSignature'];

const FROM = '2026-01-01';
const TO = '2027-01-01';

/** `20260101000000Z`, as openssl wants it. */
const stamp = (date: string): string => `${date.replaceAll('-', '')}000000Z`;

export const newKey = (type: 'ec' | 'rsa' = 'ec', bits = 2048): string =>
  (type === 'ec'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
    : generateKeyPairSync('rsa', { modulusLength: bits })
  ).privateKey
    .export({ type: 'pkcs8', format: 'pem' })
    .toString();

/** An authority of openssl's, in a folder of its own. */
export class CertificateAuthority implements Issued {
  readonly certificate: string;
  readonly key: string;
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'tradelane-ca-'));
  #count = 0;

  /** A root; or, `by` another one, an authority below it. */
  constructor(name: string, { by, ...options }: IssueOptions & { by?: CertificateAuthority } = {}) {
    this.key = options.key ?? newKey();
    this.#file('index.txt', '');
    this.#file('index.txt.attr', 'unique_subject = no\n');
    this.#file('serial', '1001\n');
    this.#file('crlnumber', '01\n');
    this.#file('ca.key', this.key);
    this.#configure();
    const given = { extensions: CA, ...options, key: this.key };
    this.certificate = by === undefined ? this.#sign(name, given, true) : by.issue(name, given).certificate;
    this.#file('ca.crt', this.certificate);
  }

  issue(name: string, options: IssueOptions = {}): Issued {
    const key = options.key ?? newKey();
    return { certificate: this.#sign(name, { ...options, key }, false), key };
  }

  revoke({ certificate }: Issued, reason?: string): void {
    const file = this.#file(`revoked-${this.#count++}.crt`, certificate);
    this.#ca('-revoke', file, ...(reason === undefined ? [] : ['-crl_reason', reason]));
  }

  /** A revocation list (PEM). */
  list({ from = FROM, to = TO, extensions = [], digest = 'sha256' }: IssueOptions = {}): string {
    const out = path.join(this.#folder, `list-${this.#count++}.crl`);
    this.#configure(['[list]', ...extensions]);
    this.#ca(
      ...['-gencrl', '-out', out, '-md', digest],
      ...['-crl_lastupdate', stamp(from), '-crl_nextupdate', stamp(to)],
      ...(extensions.length === 0 ? [] : ['-crlexts', 'list']),
    );
    return readFileSync(out, 'utf8');
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #sign(
    name: string,
    { key, extensions = SIGNER, from = FROM, to = TO, digest = 'sha256' }: IssueOptions & { key: string },
    self: boolean,
  ): string {
    const id = this.#count++;
    const keyFile = this.#file(`${id}.key`, key);
    const request = path.join(this.#folder, `${id}.csr`);
    run(
      'req',
      '-new',
      '-key',
      keyFile,
      '-subj',
      `/CN=${name}`,
      '-out',
      request,
      '-config',
      path.join(this.#folder, 'ca.cnf'),
    );
    const out = path.join(this.#folder, `${id}.crt`);
    this.#ca(
      ...(self ? ['-selfsign'] : []),
      ...['-in', request, '-out', out, '-md', digest, '-notext'],
      ...['-startdate', stamp(from), '-enddate', stamp(to)],
      ...[
        '-extensions',
        'these',
        '-extfile',
        this.#file(`${id}.ext`, ['[these]', ...extensions, ''].join('\n')),
      ],
    );
    return readFileSync(out, 'utf8');
  }

  #ca(...args: readonly string[]): void {
    const at = (name: string): string => path.join(this.#folder, name);
    const own = args.includes('-selfsign') ? [] : ['-cert', at('ca.crt')];
    run('ca', '-batch', '-config', at('ca.cnf'), '-keyfile', at('ca.key'), ...own, ...args);
  }

  #configure(sections: readonly string[] = []): void {
    const lines = [
      '[ca]',
      'default_ca = here',
      '[here]',
      `dir = ${this.#folder}`,
      'database = $dir/index.txt',
      'new_certs_dir = $dir',
      'serial = $dir/serial',
      'crlnumber = $dir/crlnumber',
      'default_md = sha256',
      'policy = any',
      'unique_subject = no',
      '[any]',
      'commonName = supplied',
      ...sections,
      '',
    ];
    this.#file('ca.cnf', lines.join('\n'));
  }

  #file(name: string, text: string): string {
    const file = path.join(this.#folder, name);
    writeFileSync(file, text);
    return file;
  }
}

function run(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`);
}

/** Whether openssl finds a path that holds, at that moment; its words where it finds none. */
export function opensslVerifies(
  certificate: string,
  options: {
    anchors: readonly string[];
    others?: readonly string[];
    lists?: readonly string[];
    purpose?: 'smimesign' | 'smimeencrypt';
    at: string;
  },
): true | string {
  const folder = mkdtempSync(path.join(tmpdir(), 'tradelane-verify-'));
  try {
    const file = (name: string, texts: readonly string[]): string => {
      const at = path.join(folder, name);
      writeFileSync(at, texts.join('\n'));
      return at;
    };
    const { anchors, others = [], lists, purpose = 'smimesign', at } = options;
    const { status, stderr, stdout } = spawnSync(
      'openssl',
      [
        ...['verify', '-no-CApath', '-no-CAstore', '-CAfile', file('anchors', anchors), '-partial_chain'],
        ...(others.length === 0 ? [] : ['-untrusted', file('others', others)]),
        ...(lists === undefined ? [] : ['-crl_check_all', '-extended_crl', '-CRLfile', file('lists', lists)]),
        ...['-purpose', purpose, '-auth_level', '2', '-attime', String(Date.parse(at) / 1000)],
        file('certificate', [certificate]),
      ],
      { encoding: 'utf8' },
    );
    return status === 0 ? true : `${stderr}${stdout}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
