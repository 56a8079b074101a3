import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestCertificate {
  file: string;
  keyFile: string;
  pem: string;
  keyPem: string;
  /** SHA-256, `AB:CD:…`. */
  fingerprint: string;
}

/** An authority and certificates for 127.0.0.1 and localhost, made with openssl in a folder of their own. */
export class TestAuthority {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tradelane-ca-'));
  readonly pem: string;
  readonly file = join(this.#folder, 'ca.pem');

  constructor(name = 'Tradelane test authority') {
    this.#openssl(
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'],
      ...['-subj', `/CN=${name}`, '-keyout', 'ca.key', '-out', 'ca.pem'],
      ...['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
    );
    this.pem = readFileSync(this.file, 'utf8');
  }

  /** A certificate of this authority; `expired` ended yesterday. */
  issue(name: string, { expired = false, hosts = 'IP:127.0.0.1,DNS:localhost' } = {}): TestCertificate {
    const days = (count: number) =>
      new Date(Date.now() + count * 86_400_000).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
    this.#openssl(
      ...['req', '-new', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${name}`],
      ...['-keyout', `${name}.key`, '-out', `${name}.csr`],
    );
    writeFileSync(join(this.#folder, 'index.txt'), '');
    writeFileSync(join(this.#folder, 'index.txt.attr'), 'unique_subject = no\n');
    writeFileSync(
      join(this.#folder, 'ca.cnf'),
      `[ca]\ndefault_ca = own\n[own]\ndatabase = index.txt\nnew_certs_dir = .\nrand_serial = yes\n` +
        `default_md = sha256\npolicy = any\nx509_extensions = server\n[any]\ncommonName = supplied\n` +
        `[server]\nsubjectAltName = ${hosts}\n`,
    );
    this.#openssl(
      ...['ca', '-batch', '-config', 'ca.cnf', '-cert', 'ca.pem', '-keyfile', 'ca.key', '-notext'],
      ...['-startdate', days(expired ? -10 : -1), '-enddate', days(expired ? -1 : 20)],
      ...['-in', `${name}.csr`, '-out', `${name}.pem`],
    );
    const file = join(this.#folder, `${name}.pem`);
    const keyFile = join(this.#folder, `${name}.key`);
    const pem = readFileSync(file, 'utf8');
    return {
      file,
      keyFile,
      pem,
      keyPem: readFileSync(keyFile, 'utf8'),
      fingerprint: new X509Certificate(pem).fingerprint256,
    };
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.#folder, stdio: ['ignore', 'ignore', 'pipe'] });
  }
}
