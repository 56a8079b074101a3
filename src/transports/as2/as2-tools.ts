import { loadPartners } from '../../partners/load-partners.ts';
import { readPartnerFiles } from '../../partners/read-partner-files.ts';
import { GatewayError } from '../../common/errors.ts';
import type { As2Evidence } from '../../pipeline/queries/as2-messages.ts';
import type { SecretKeeper } from '../../pipeline/ports/secrets.ts';
import type { Certificate } from './certificate.ts';
import { CertificateTools } from './certificate-tools.ts';
import type { CertificateFile } from './certificate-tools.ts';
import { verifyEvidence } from './verify-evidence.ts';
import type { EvidenceCheck } from './verify-evidence.ts';

/** What `tradelane as2` does, over the files of an installation. Throws CERTIFICATE_*, CONFIG_INVALID, PARTNER_INVALID. */
export async function openAs2Tools(installation: {
  home: string;
  dataFolder: string;
  partnersFolder: string;
  secrets: SecretKeeper;
  now: () => string;
}) {
  const { set } = loadPartners(await readPartnerFiles(installation.partnersFolder));
  if (set === undefined) {
    throw new GatewayError('PARTNER_INVALID', 'partners/ cannot be used (tradelane partner check)');
  }
  const tools = new CertificateTools({ ...installation, set });
  const importOwn = async (name: string, file: CertificateFile) => {
    const names = await tools.importOwn(name, file);
    return `- { certificate: { secret: ${names.certificate} }, key: { secret: ${names.key} } }`;
  };
  return {
    showFile: async (bytes: Uint8Array, passphrase?: string) => {
      const { certificates, key } = await CertificateTools.read(bytes, passphrase);
      return { certificates: certificates.map(describe), hasKey: key !== undefined };
    },
    importFile: async (
      bytes: Uint8Array,
      { partner, name, passphrase }: { partner?: string; name: string; passphrase?: string },
    ): Promise<string> => {
      needName(name);
      const file = await CertificateTools.read(bytes, passphrase);
      if (partner === undefined) return importOwn(name, file);
      if (!set.partners.some((each) => each.partner === partner)) {
        throw new GatewayError('NOT_FOUND', `There is no partner "${partner}" in force.`);
      }
      return `- { certificate: { file: ${await tools.importForPartner(partner, name, file)} } }`;
    },
    createOwn: async ({ name, commonName, days }: { name: string; commonName?: string; days: number }) => {
      needName(name);
      const subject = commonName ?? set.company.as2?.id ?? set.company.company;
      const file = CertificateTools.create(subject, installation.now(), days);
      return { settings: await importOwn(name, file), pem: file.certificates[0]!.pem };
    },
    verifyEvidence: async (evidence: As2Evidence, withKeys: boolean): Promise<EvidenceCheck[]> =>
      verifyEvidence(evidence, withKeys ? await tools.decryptionKeys() : []),
  };
}

function needName(name: string): void {
  if (/^[a-z0-9][a-z0-9-]{0,60}$/.test(name)) return;
  throw new GatewayError(
    'INVALID_REQUEST',
    `"${name}" cannot be a name here: lower-case letters, digits and hyphens.`,
  );
}

function describe({
  subject,
  issuer,
  serialNumber,
  fingerprint,
  validFrom,
  validTo,
  keyType,
  keyBits,
  weaknesses,
}: Certificate) {
  return { subject, issuer, serialNumber, fingerprint, validFrom, validTo, keyType, keyBits, weaknesses };
}
