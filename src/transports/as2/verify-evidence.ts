import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { As2Evidence } from '../../pipeline/queries/as2-messages.ts';
import { sha256Of } from '../../pipeline/unit-of-work.ts';
import { bareMessageId } from './as2-id.ts';
import type { Certificate } from './certificate.ts';
import { readCertificates } from './certificate.ts';
import { toHeaderRecord } from './headers.ts';
import type { DecryptionKey, Digest } from './message-security.ts';
import { unpackMessage } from './message-security.ts';
import { compareMic } from './mic.ts';
import { readContent } from './read-content.ts';
import { readReceipt } from './read-receipt.ts';

/** One thing that was looked at. `ok` is undefined where it could not be. */
export interface EvidenceCheck {
  name: string;
  ok: boolean | undefined;
  text: string;
}

/**
 * Checks the evidence of a message by itself: that nothing in it was changed, that the receipt is signed and speaks of this
 * message and its MIC, and, where the request is not encrypted or a key for it is given, that it holds these payloads. It
 * believes the certificates of the file: whether they are the partner's, their fingerprints have to tell. Never throws.
 */
export async function verifyEvidence(
  evidence: As2Evidence,
  keys: readonly DecryptionKey[],
): Promise<EvidenceCheck[]> {
  const checks = [...checkHashes(evidence)];
  const certificates = readAll(evidence, checks);
  checks.push(...checkReceipt(evidence, certificates));
  checks.push(...(await checkRequest(evidence, certificates, keys)));
  return checks;
}

type Held = { use: string; certificate: Certificate }[];

function checkHashes({ message, request, receipt, payloads }: As2Evidence): EvidenceCheck[] {
  const check = (name: string, body: string, expected: string): EvidenceCheck => {
    const actual = sha256Of(Buffer.from(body, 'base64'));
    const ok = actual === expected;
    return { name, ok, text: ok ? `SHA-256 ${actual}` : `SHA-256 is ${actual}, recorded was ${expected}` };
  };
  return [
    check('request', request.body, message.request.sha256),
    ...(receipt === undefined ? [] : [check('receipt', receipt.body, message.receipt?.sha256 ?? '')]),
    ...payloads.map(({ name, body, sha256 }) => check(`payload ${name}`, body, sha256)),
  ];
}

function readAll({ certificates }: As2Evidence, checks: EvidenceCheck[]): Held {
  return certificates.flatMap(({ use, fingerprint, pem }) => {
    const name = `certificate, ${use}`;
    try {
      const certificate = readCertificates(Buffer.from(pem, 'latin1'))[0]!;
      const ok = certificate.fingerprint === fingerprint;
      checks.push({ name, ok, text: `${certificate.subject}, SHA-256 ${certificate.fingerprint}` });
      return [{ use, certificate }];
    } catch (error) {
      checks.push({ name, ok: false, text: String(error) });
      return [];
    }
  });
}

function checkReceipt({ message, receipt }: As2Evidence, held: Held): EvidenceCheck[] {
  if (receipt === undefined || message.receipt === undefined) {
    return [{ name: 'receipt', ok: undefined, text: 'There is no receipt.' }];
  }
  const verification = held
    .filter(({ use }) => use.startsWith('receipt signed'))
    .map((each) => each.certificate);
  const { headers, at } = message.receipt;
  const read = readReceipt(headers, Buffer.from(receipt.body, 'base64'), { verification }, at);
  if (read === undefined) return [{ name: 'receipt', ok: false, text: 'It cannot be read as a receipt.' }];
  const { signature, micField } = read;
  const named = read.originalMessageId === bareMessageId(message.messageId);
  const mics = message.mics.map(({ algorithm, value }) => ({ digest: algorithm as Digest, value }));
  return [
    {
      name: 'signature of the receipt',
      ok: signature.state === 'unsigned' ? undefined : signature.state === 'valid',
      text:
        signature.state === 'valid'
          ? `by ${signature.signer.subject}, ${signature.digest}`
          : signature.state === 'invalid'
            ? signature.reason
            : 'The receipt is not signed.',
    },
    { name: 'receipt names the message', ok: named, text: read.originalMessageId },
    { name: 'disposition', ok: read.receipt.positive, text: read.receipt.disposition },
    {
      name: 'MIC of the receipt',
      ok: micField === '' ? undefined : compareMic(micField, mics) === 'equal',
      text: micField === '' ? 'The receipt has none.' : micField,
    },
  ];
}

async function checkRequest(
  { message, request, payloads }: As2Evidence,
  held: Held,
  keys: readonly DecryptionKey[],
): Promise<EvidenceCheck[]> {
  const name = 'content of the request';
  if (request.body === '') return [{ name, ok: undefined, text: 'Its bytes were not kept.' }];
  const encrypted = message.layers[0]?.startsWith('encrypted') === true;
  if (encrypted && keys.length === 0) {
    const whose =
      message.direction === 'inbound' ? 'our private key (--with-keys)' : 'the partner’s private key';
    return [{ name, ok: undefined, text: `It is encrypted: opening it needs ${whose}.` }];
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'as2-evidence-'));
  try {
    const unpacked = await unpackMessage(
      toHeaderRecord(message.request.headers),
      Buffer.from(request.body, 'base64'),
      {
        decryption: keys,
        verification: held.filter(({ use }) => use.startsWith('signed')).map((each) => each.certificate),
      },
      {
        policy: {
          mustBeSigned: false,
          mustBeEncrypted: false,
          digests: ['sha1', 'sha224', 'sha256', 'sha384', 'sha512'],
          ciphers: ['3des', 'aes128', 'aes192', 'aes256', 'aes128-gcm', 'aes192-gcm', 'aes256-gcm'],
        },
        micDigests: message.mics.map(({ algorithm }) => algorithm as Digest),
        folder,
      },
    );
    if (!unpacked.ok)
      return [
        {
          name,
          ok: encrypted && message.direction === 'outbound' ? undefined : false,
          text: unpacked.reason,
        },
      ];
    const signed = unpacked.layers.find((layer) => layer.kind === 'signed');
    const mic = message.mics.some(
      ({ algorithm, value }) => algorithm === unpacked.mic.digest && value === unpacked.mic.value,
    );
    const hashes = await Promise.all(
      unpacked.parts.map(async ({ content }) => sha256Of(await readContent(content))),
    );
    const same = payloads.every(({ sha256 }, index) => hashes[index] === sha256);
    return [
      {
        name: 'signature of the request',
        ok: signed === undefined ? undefined : true,
        text:
          signed === undefined
            ? 'The request is not signed.'
            : `by ${signed.signer.subject}, ${signed.digest}`,
      },
      { name: 'MIC of the request', ok: mic, text: `${unpacked.mic.value}, ${unpacked.mic.digest}` },
      { name: 'payloads of the request', ok: same, text: hashes.map((hash) => `SHA-256 ${hash}`).join('; ') },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
