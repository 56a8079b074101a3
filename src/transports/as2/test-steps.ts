import { GatewayError } from '../../common/errors.ts';
import type { ConnectionStep } from '../connection-test.ts';
import { dnsStep, tcpStep, tlsStep } from '../connection-test.ts';
import type { Agreement } from './agreement.ts';
import type { Certificate } from './certificate.ts';
import { chooseSigner } from './choose-certificates.ts';
import { postTerms } from './post-terms.ts';
import { sendMessage } from './send-message.ts';
import type { As2Station } from './station.ts';
import { describeCertificate } from './trust/trust-model.ts';
import { testToOurselves } from './test-to-ourselves.ts';
import { recipientOf, verifiersOf } from './verifiers.ts';

/**
 * What sending needs: name, connection, TLS, the certificates of both sides, and the layers of the agreement around a message to
 * ourselves. A message is sent only where the partner's
 * settings say that he takes it for a test; elsewhere his system may take it for business.
 */
export function* testSteps(station: As2Station, agreement: Agreement): Generator<ConnectionStep> {
  const url = new URL(agreement.settings.url);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  yield dnsStep(host);
  yield tcpStep(host, port, agreement.settings.timeouts.connectSeconds * 1000);
  if (url.protocol === 'https:') yield tlsTest(station, agreement, { host, port });
  yield { name: 'own-certificate', run: () => describeOwn(station, agreement) };
  yield { name: 'partner-certificate', run: () => describePartner(station, agreement) };
  yield { name: 'layers', run: () => testToOurselves(station, agreement) };
  if (agreement.settings.testMessage && agreement.settings.send)
    yield { name: 'message', run: () => sendTestMessage(station, agreement) };
}

/** Kept and answered like any other message, so that its evidence can be looked at; it is no file and delivers nothing. */
async function sendTestMessage(station: As2Station, agreement: Agreement): Promise<string> {
  const { context } = station;
  const at = context.clock.now();
  const text = `This is a connection test of ${agreement.ours}, made at ${at}. It carries no business.\r\n`;
  const id = context.ids.next();
  const sent = await sendMessage(station, agreement, {
    name: `connection-test-${id.slice(-12)}.txt`,
    bytes: Buffer.from(text),
    key: `test/${id}`,
  });
  return sent.receiptAwaited === true
    ? `${agreement.theirs} took the test message ${sent.reference}; its receipt comes on a connection of its own.`
    : `${agreement.theirs} took the test message: ${sent.reference}.`;
}

function tlsTest(
  station: As2Station,
  agreement: Agreement,
  { host, port }: { host: string; port: number },
): ConnectionStep {
  return {
    name: 'tls',
    run: async () => {
      const { tls } = await postTerms(station, agreement);
      const { ca, cert, key, fingerprints } = tls;
      const pinned = fingerprints !== undefined && fingerprints.length > 0;
      return tlsStep({
        host,
        port,
        connection: {
          ...(ca !== undefined && { ca }),
          ...(cert !== undefined && { cert }),
          ...(key !== undefined && { key }),
          minVersion: 'TLSv1.2',
        },
        ...(pinned && { fingerprints }),
      }).run();
    },
  };
}

async function describeOwn(station: As2Station, { settings }: Agreement): Promise<string> {
  const held = await station.keys.ownKeys();
  if (settings.security.sign === 'none') return 'We do not sign for this partner.';
  return `We sign with ${describe(chooseSigner(held, station.context.clock.now()).certificate)}.`;
}

async function describePartner(station: As2Station, agreement: Agreement): Promise<string> {
  const { security, accept, trust } = agreement.settings;
  const at = station.context.clock.now();
  const told: string[] = [];
  if (security.encrypt !== 'none') {
    told.push(`We encrypt for ${describe(await recipientOf(station, agreement, at))}.`);
  }
  const { verification, unusable = [] } = await verifiersOf(station, agreement, at);
  const refused = unusable.map(
    ({ certificate, reason }) => `${describeCertificate(certificate)}: ${reason}.`,
  );
  const takesNew = trust !== undefined && trust.newCertificates !== 'none';
  if (accept.signed && verification.length === 0 && !takesNew) {
    throw new GatewayError(
      'CERTIFICATE_UNUSABLE',
      ['There is no certificate of the partner that could check his signatures.', ...refused].join(' '),
    );
  }
  told.push(`His signatures are checked with ${verification.map(describe).join('; ') || 'none'}.`);
  if (trust !== undefined) told.push('They come from the authorities of the settings.');
  if (takesNew) told.push('New ones of these authorities are taken.');
  return [...told, ...refused.map((text) => `Not used: ${text}`)].join(' ');
}

function describe({ subject, validTo, fingerprint }: Certificate): string {
  return `${subject}, valid until ${validTo.slice(0, 10)}, SHA-256 ${fingerprint}`;
}
