import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP } from 'node:net';
import { checkServerIdentity, connect as connectTls } from 'node:tls';
import type { ConnectionOptions, DetailedPeerCertificate, PeerCertificate, TLSSocket } from 'node:tls';
import { GatewayError } from '../common/errors.ts';
import type { ChannelTestStep } from '../pipeline/ports/transport.ts';
import { networkReason } from './network-error.ts';

/** One thing to try. */
export interface ConnectionStep {
  /** `dns`, `tcp`, `host-key`, `tls`, `login`, `list`, `write`, `rename`, `delete` … */
  name: string;
  /** Resolves to what was seen, in one sentence for a person; throws what is wrong. Never a secret in either. */
  run(): Promise<string>;
  /** Takes back what `run` began (closes a connection, removes a file); called at the end whatever happened, last step first. */
  undo?(): Promise<void>;
}

const STEP_TIMEOUT_MS = 15_000;

/**
 * Runs the steps one after the other, tells each as soon as it has ended with its time, and stops at the first that fails.
 * Every step that was begun is undone at the end, also when nobody listens to the end.
 */
export async function* runSteps(steps: Iterable<ConnectionStep>): AsyncGenerator<ChannelTestStep, void> {
  const begun: ConnectionStep[] = [];
  try {
    for (const step of steps) {
      begun.unshift(step);
      const outcome = await runStep(step);
      yield outcome;
      if (!outcome.ok) return;
    }
  } finally {
    for (const step of begun) await step.undo?.().catch(() => undefined);
  }
}

async function runStep(step: ConnectionStep): Promise<ChannelTestStep> {
  const start = performance.now();
  const ended = (ok: boolean, text: string) => ({
    name: step.name,
    ok,
    text,
    durationMs: Math.round(performance.now() - start),
  });
  try {
    return ended(true, await step.run());
  } catch (error) {
    return ended(false, error instanceof GatewayError ? error.message : capital(`${networkReason(error)}.`));
  }
}

/** The host's addresses. */
export function dnsStep(host: string): ConnectionStep {
  return {
    name: 'dns',
    run: async () => {
      if (isIP(host) !== 0) return `${host} is an address.`;
      const addresses = await lookup(host, { all: true });
      return `${host} is ${addresses.map(({ address }) => address).join(', ')}.`;
    },
  };
}

/** A connection can be opened; it is closed again at once. */
export function tcpStep(host: string, port: number, timeoutMs = STEP_TIMEOUT_MS): ConnectionStep {
  return {
    name: 'tcp',
    run: () =>
      new Promise((resolve, reject) => {
        const socket = connectTcp({ host, port });
        socket.setTimeout(timeoutMs, () =>
          socket.destroy(timedOut(`connecting to ${host}:${port}`, timeoutMs)),
        );
        socket.once('connect', () => {
          resolve(`Connected to ${socket.remoteAddress ?? host} port ${port}.`);
          socket.destroy();
        });
        socket.once('error', reject);
      }),
  };
}

export interface TlsStepOptions {
  host: string;
  port: number;
  /** Authorities to trust instead of the system's, our own certificate and key, versions: as the channel itself uses them. */
  connection?: Pick<
    ConnectionOptions,
    'ca' | 'cert' | 'key' | 'passphrase' | 'servername' | 'minVersion' | 'maxVersion' | 'ciphers'
  >;
  /** SHA-256 fingerprints (`AB:CD:…`) of the only certificates that are right; then nothing else is checked. */
  fingerprints?: readonly string[];
  timeoutMs?: number;
}

/** The TLS handshake and the server's certificate, which is told also when it is not trusted. */
export function tlsStep(options: TlsStepOptions): ConnectionStep {
  return { name: 'tls', run: () => shakeHands(options) };
}

function shakeHands({
  host,
  port,
  connection = {},
  fingerprints,
  timeoutMs = STEP_TIMEOUT_MS,
}: TlsStepOptions) {
  return new Promise<string>((resolve, reject) => {
    const servername = connection.servername ?? (isIP(host) === 0 ? host : undefined);
    const socket = connectTls({
      ...connection,
      host,
      port,
      ...(servername !== undefined && { servername }),
      // Judged below, so that the certificate can be shown whatever is wrong with it. Nothing is sent over this connection.
      rejectUnauthorized: false,
    });
    socket.setTimeout(timeoutMs, () =>
      socket.destroy(timedOut(`the TLS handshake with ${host}:${port}`, timeoutMs)),
    );
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerCertificate(true);
      const shown = `${socket.getProtocol() ?? 'TLS'}, ${describeCertificate(certificate)}`;
      const trouble = troubleOf(socket, certificate, connection.servername ?? host, fingerprints);
      socket.destroy();
      if (trouble === undefined) resolve(`${shown}.`);
      else reject(new GatewayError('TRANSPORT_UNAVAILABLE', `${capital(trouble)}. Seen: ${shown}.`));
    });
  });
}

function troubleOf(
  socket: TLSSocket,
  certificate: DetailedPeerCertificate,
  host: string,
  fingerprints: readonly string[] | undefined,
): string | undefined {
  if (fingerprints !== undefined) {
    if (fingerprints.includes(certificate.fingerprint256)) return undefined;
    return 'the certificate is none of those that the settings name by fingerprint';
  }
  // Typed as an error, but it is the error's code.
  if (!socket.authorized) return networkReason({ code: String(socket.authorizationError) });
  const wrongName = checkServerIdentity(host, certificate);
  return wrongName === undefined ? undefined : networkReason(wrongName);
}

/** `certificate of CN=edi.acme.example from CN=Acme CA, valid until 2027-01-31, SHA-256 AB:CD:…`. */
export function describeCertificate(certificate: PeerCertificate): string {
  const nameOf = (name: Partial<Record<string, string | string[]>>) => String(name['CN'] ?? name['O'] ?? '?');
  const until = new Date(certificate.valid_to).toISOString().slice(0, 10);
  return (
    `certificate of ${nameOf({ ...certificate.subject })} from ${nameOf({ ...certificate.issuer })}, ` +
    `valid until ${until}, SHA-256 ${certificate.fingerprint256}`
  );
}

function timedOut(what: string, timeoutMs: number): Error {
  return Object.assign(new Error(`${what} took longer than ${timeoutMs / 1000} s`), { code: 'ETIMEDOUT' });
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
