import { afterAll, beforeAll, describe } from '@jest/globals';
import { describeChannelContract } from '../transports/channel-contract.ts';
import { openFtpFixture } from '../transports/ftp/ftp-fixture.ts';
import { TestAuthority } from '../support/certificates.ts';
import type { TestCertificate } from '../support/certificates.ts';
import { findProgram, startFtpServer } from '../support/ftp-servers.ts';
import type { FtpServer, FtpServerKind, FtpTls } from '../support/ftp-servers.ts';

const KINDS: Record<FtpServerKind, readonly FtpTls[]> = {
  vsftpd: ['none', 'explicit', 'implicit'],
  proftpd: ['none', 'explicit', 'implicit'],
  // It has no implicit TLS.
  'pure-ftpd': ['none', 'explicit'],
};

let authority: TestAuthority;
let certificate: TestCertificate;
beforeAll(() => {
  authority = new TestAuthority();
  certificate = authority.issue('ftp.partner.example');
});
afterAll(() => {
  authority.dispose();
});

for (const kind of Object.keys(KINDS) as FtpServerKind[]) {
  const suite = findProgram(kind) !== undefined && process.getuid?.() === 0 ? describe : describe.skip;
  suite(kind, () => {
    for (const tls of KINDS[kind]) {
      describe(`TLS ${tls}`, () => {
        let server: FtpServer;
        beforeAll(async () => {
          server = await startFtpServer(kind, { tls, certificate });
        });
        afterAll(() => server.stop());

        describeChannelContract(`ftp on ${kind}, TLS ${tls}`, () =>
          Promise.resolve(
            openFtpFixture(server, tls, {
              settings: tls === 'none' ? {} : { authority: { secret: 'acme-ca' } },
              secrets: { 'acme-ca': authority.pem },
            }),
          ),
        );
      });
    }
  });
}
