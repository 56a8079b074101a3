import { describe, expect, test } from '@jest/globals';
import type { ConfigFile } from '../../src/partners/config-text.ts';
import { loadPartners } from '../../src/partners/load-partners.ts';
import { COMPANY, demoPartners, partnerFile } from './fixtures.ts';

/** A map with no more than a head. */
function mapFile(name: string, document: string): ConfigFile {
  const type = document === 'invoice' ? '810' : '855';
  const message = `{ standard: x12, release: "004010", type: "${type}" }`;
  return {
    path: `${name}.map.yaml`,
    text: `map: ${name}\nmessage: ${message}\ndocument: ${document}\nrules: [{ at: CTT01, count: lines }]\n`,
  };
}

describe('the partners folder', () => {
  test('the demo partners are loaded without a finding, beside any that were added', async () => {
    const { partners } = await demoPartners();
    expect(partners.map(({ partner }) => partner)).toEqual(
      expect.arrayContaining([
        'hansa-werkzeuge',
        'nordic-lighting',
        'northwind-hardware',
        'pacific-fasteners',
      ]),
    );
  });

  test('a broken file leaves out its own partner and no other', () => {
    const good = partnerFile('good', '{ qualifier: ZZ, id: GOOD }');
    const broken = partnerFile('broken', '{ qualifier: ZZZ, id: BROKEN }');
    const { set, findings } = loadPartners([COMPANY, broken, good]);
    expect(set?.partners.map(({ partner }) => partner)).toEqual(['good']);
    expect(findings.map(({ message }) => message)).toEqual([
      'broken/partner.yaml:4:18: x12.identities[0].qualifier is "ZZZ"; expected two characters such as "ZZ"',
    ]);
  });

  test('folder and partner must be the same', () => {
    const file = { ...partnerFile('acme', '{ qualifier: ZZ, id: A }'), path: 'acne/partner.yaml' };
    const { set, findings } = loadPartners([COMPANY, file]);
    expect(set?.partners).toEqual([]);
    expect(findings[0]).toMatchObject({
      code: 'PARTNER_FOLDER_MISMATCH',
      place: { line: 1 },
      expected: 'acne',
    });
  });

  test('two partners that no envelope can tell apart are both left out', () => {
    const { set, findings } = loadPartners([
      COMPANY,
      partnerFile('one', '{ qualifier: ZZ, id: SAME }'),
      partnerFile('two', '{ qualifier: ZZ, id: OTHER }, { qualifier: ZZ, id: SAME }'),
      partnerFile('three', '{ qualifier: "01", id: SAME }'),
    ]);
    expect(set?.partners.map(({ partner }) => partner)).toEqual(['three']);
    expect(findings.map(({ code, message }) => [code, message])).toEqual([
      [
        'PARTNER_IDENTITY_CONFLICT',
        'two/partner.yaml:4:46: identity ZZ/SAME is claimed by "one" (one/partner.yaml) too; ' +
          'tell them apart by applicationId, functionalIds, releases or usage',
      ],
    ]);
  });

  test.each([
    ['releases of which one begins like the other', 'releases: ["004010"]', 'releases: [004010VICS]', 2],
    ['one function of several', 'functionalIds: [PR, SH]', 'functionalIds: [IN, SH]', 2],
    ['functions of their own', 'functionalIds: [PR]', 'functionalIds: [SH]', 0],
    [
      'one for all functions, one for some: the closer fit is taken',
      'usage: production',
      'functionalIds: [SH]',
      0,
    ],
    ['usage', 'usage: production', 'usage: test', 0],
  ])('one ISA id with %s', (_, one, two, leftOut) => {
    const { set } = loadPartners([
      COMPANY,
      partnerFile('one', `{ qualifier: ZZ, id: VAN, ${one} }`),
      partnerFile('two', `{ qualifier: ZZ, id: VAN, ${two} }`),
    ]);
    expect(set?.partners).toHaveLength(2 - leftOut);
  });

  test('a GLN with a scheme and one for any scheme: a document of the scheme would be of both', () => {
    const xml = (id: string, identity: string) => {
      const { path, text } = partnerFile(id, '');
      return { path, text: text.replace('x12:', 'xml:').replace('[]', `[${identity}]`) };
    };
    const { set, findings } = loadPartners([
      COMPANY,
      xml('one', "{ id: '5790000000012' }"),
      xml('two', "{ id: '5790000000012', scheme: '0088' }"),
    ]);
    expect(set?.partners).toEqual([]);
    expect(findings.map(({ code, message }) => [code, message])).toEqual([
      [
        'PARTNER_IDENTITY_CONFLICT',
        'two/partner.yaml:4:16: identity 0088/5790000000012 is claimed by "one" (one/partner.yaml) too; tell them apart by a scheme for each, or usage',
      ],
    ]);
  });

  test('an id with its padding is refused: envelopes are read without, and it would fit none', () => {
    const { findings } = loadPartners([COMPANY, partnerFile('one', "{ qualifier: ZZ, id: 'ACME     ' }")]);
    expect(findings.map(({ message }) => message)).toEqual([
      'one/partner.yaml:4:33: x12.identities[0].id is "ACME     "; expected text without spaces around it',
    ]);
  });

  test('one ISA id for two partners is fine when GS tells them apart', () => {
    const { set, findings } = loadPartners([
      COMPANY,
      partnerFile('one', '{ qualifier: ZZ, id: VAN, applicationId: ONE }'),
      partnerFile('two', '{ qualifier: ZZ, id: VAN, applicationId: TWO }'),
    ]);
    expect(findings).toEqual([]);
    expect(set?.partners).toHaveLength(2);
  });

  test('a map that does not exist is told at its place, and the partner stays for its other documents', () => {
    const file = partnerFile('one', '{ qualifier: ZZ, id: A }');
    const { set, findings } = loadPartners([COMPANY, file], {
      standardMaps: [mapFile('x12/004010/855-order-respons', 'orderResponse')],
    });
    expect(set?.partners).toHaveLength(1);
    expect(findings.map(({ code, message }) => [code, message])).toEqual([
      [
        'UNKNOWN_MAP',
        'one/partner.yaml:6:31: documents.orderResponse.in: there is no map "x12/004010/855-order-response"; ' +
          'did you mean "x12/004010/855-order-respons"?',
      ],
    ]);
  });

  test('a map of another document is told at its place, with what it is for and what is wanted', () => {
    const file = partnerFile('one', '{ qualifier: ZZ, id: A }');
    const { findings } = loadPartners([COMPANY, file], {
      standardMaps: [mapFile('x12/004010/855-order-response', 'invoice')],
    });
    expect(findings).toMatchObject([
      {
        code: 'MAP_OF_OTHER_DOCUMENT',
        severity: 'error',
        message:
          'one/partner.yaml:6:31: documents.orderResponse.in: map "x12/004010/855-order-response" is for invoice; expected a map for orderResponse',
        place: { file: 'one/partner.yaml', line: 6, column: 31 },
        actual: 'invoice',
        expected: 'orderResponse',
      },
    ]);
  });

  test('a map that is broken is told where it is named, with the place of the mistake', () => {
    const file = partnerFile('one', '{ qualifier: ZZ, id: A }');
    const broken = mapFile('x12/004010/855-order-response', 'orderResponse');
    const { set, findings } = loadPartners([COMPANY, file], {
      standardMaps: [{ ...broken, text: broken.text.replace('rules:', 'rulez:') }],
    });
    expect(set?.partners).toHaveLength(1);
    expect(findings.map(({ code, message }) => [code, message])).toEqual([
      [
        'MAP_INVALID',
        expect.stringMatching(
          /^one\/partner.yaml:6:31: documents.orderResponse.in: map ".*" cannot be used: x12.*855-order-response.map.yaml:4:1: .*rulez/,
        ),
      ],
    ]);
  });

  test("a partner's own map has the document of the one that it extends", () => {
    const file = partnerFile('one', '{ qualifier: ZZ, id: A }');
    const own = {
      path: 'one/maps/own.map.yaml',
      text: 'map: partners/one/own\nextends: x12/004010/810-invoice\n',
    };
    const named = { ...file, text: file.text.replace('x12/004010/855-order-response', 'partners/one/own') };
    const { findings } = loadPartners([COMPANY, named, own], {
      standardMaps: [mapFile('x12/004010/810-invoice', 'invoice')],
    });
    expect(findings.map(({ code, actual }) => [code, actual])).toEqual([
      ['MAP_OF_OTHER_DOCUMENT', 'invoice'],
    ]);
  });

  test('without company.yaml there is no set, and the finding says what to write', () => {
    const { set, findings } = loadPartners([partnerFile('one', '{ qualifier: ZZ, id: A }')]);
    expect(set).toBeUndefined();
    expect(findings[0]?.code).toBe('COMPANY_MISSING');
  });
});

describe('files that nobody reads', () => {
  const told = (...paths: string[]) => {
    const { text } = partnerFile('acme', '{ qualifier: ZZ, id: ACME }');
    const { findings } = loadPartners([COMPANY, ...paths.map((path) => ({ path, text }))]);
    return findings.map(({ code, severity, message }) => `${severity} ${code} ${message}`);
  };

  test.each(['acme/partner.yml', 'acme/Partner.yaml', 'acme/partner.yaml.txt', 'acme/edi/partner.yaml'])(
    'settings as %s are told, where there are no others',
    (path) => {
      expect(told(path)).toEqual([
        `error PARTNER_FILE_NAME ${path}:1:1: is not read: the settings of a partner are in "acme/partner.yaml"`,
      ]);
      expect(told('acme/partner.yaml', path)).toEqual([]);
    },
  );

  test('settings beside the folders of partners are told', () => {
    expect(told('partner.yaml')).toEqual([
      'error PARTNER_FILE_NAME partner.yaml:1:1: is not read: a partner is a folder of its own, "acme/partner.yaml"',
    ]);
  });

  test('maps without the settings of their partner are told', () => {
    expect(told('acme/maps/850.map.yaml')).toEqual([
      'warning PARTNER_FILE_NAME acme/partner.yaml:1:1: is not there, and its maps are: nobody uses them',
    ]);
  });

  test('our own settings under another name are told by it', () => {
    const { findings } = loadPartners([{ ...COMPANY, path: 'Company.yml' }]);
    expect(findings.map(({ code, message }) => [code, message])).toEqual([
      ['COMPANY_MISSING', 'Company.yml:1:1: is not read: our own identities are in "company.yaml"'],
    ]);
  });

  test('a map of its own that a partner does not name is told: the standard one goes on deciding', () => {
    const own = {
      path: 'one/maps/own.map.yaml',
      text: 'map: partners/one/own\nextends: x12/004010/855-order-response\n',
    };
    const options = { standardMaps: [mapFile('x12/004010/855-order-response', 'orderResponse')] };
    const file = partnerFile('one', '{ qualifier: ZZ, id: A }');
    expect(
      loadPartners([COMPANY, file, own], options).findings.map(({ code, message }) => [code, message]),
    ).toEqual([
      [
        'MAP_UNUSED',
        'one/maps/own.map.yaml:1:1: the map "partners/one/own" is not used: name it under documents in partner.yaml',
      ],
    ]);
    const named = { ...file, text: file.text.replace('x12/004010/855-order-response', 'partners/one/own') };
    expect(loadPartners([COMPANY, named, own], options).findings).toEqual([]);
  });
});

describe('channels', () => {
  const withChannels = (channels: string) => {
    const { path, text } = partnerFile('acme', '{ qualifier: ZZ, id: ACME }');
    return { path, text: text.replace(/channels: .*/, `channels: ${channels}`) };
  };

  test('two of one name are refused, because a channel is found by its name', () => {
    const { findings } = loadPartners([COMPANY, withChannels('[{ type: folder }, { type: folder }]')]);
    expect(findings).toMatchObject([{ severity: 'error', place: { line: 5 } }]);
    expect(findings[0]!.message).toContain('channels[1].name');
    const named = withChannels('[{ type: folder }, { type: folder, name: second }]');
    expect(loadPartners([COMPANY, named]).findings).toEqual([]);
  });

  test('two mailboxes of one user leave out their partners, and not the whole gateway', () => {
    const mailbox = (id: string, settings: string) => {
      const file = partnerFile(id, `{ qualifier: ZZ, id: ${id.toUpperCase()} }`);
      return {
        ...file,
        text: file.text.replace(/channels: .*/, `channels: [{ type: sftpMailbox${settings} }]`),
      };
    };
    const { set, findings } = loadPartners([
      COMPANY,
      mailbox('one', ', user: shared'),
      mailbox('two', ', user: shared'),
      mailbox('three', ''),
      mailbox('four', ', user: shared, enabled: false }, { type: folder, name: second'),
    ]);
    expect(set?.partners.map(({ partner }) => partner)).toEqual(['four', 'three']);
    expect(findings.map(({ code, message }) => [code, message])).toEqual([
      [
        'MAILBOX_USER_CONFLICT',
        'one/partner.yaml:5:33: channels[0].user: the mailbox "main" of "two" has the user "shared" too; give each a user of its own',
      ],
      [
        'MAILBOX_USER_CONFLICT',
        'two/partner.yaml:5:33: channels[0].user: the mailbox "main" of "one" has the user "shared" too; give each a user of its own',
      ],
    ]);
  });

  test('a public key that was cut off is told in partner.yaml: the mailbox server could not start with it', () => {
    const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ2Y1rCyHzBCxCO0zjgqfnDqQ9lHgXKdWMG4jBs0LTq3 acme@host';
    const channel = (text: string) => withChannels(`[{ type: sftpMailbox, authorizedKeys: ['${text}'] }]`);
    expect(loadPartners([COMPANY, channel(key)]).findings).toEqual([]);
    const { findings } = loadPartners([COMPANY, channel(key.replace('LTq3 ', ' '))]);
    expect(findings).toMatchObject([{ code: 'CONFIG_INVALID_VALUE', place: { line: 5 } }]);
    expect(findings[0]!.message).toContain('a whole public key');
  });

  test('two partners with one inbox are told: each would get files of the other', () => {
    const own = withChannels('[{ type: folder }]');
    const copy = partnerFile('beta', '{ qualifier: ZZ, id: BETA }');
    const shared = {
      path: copy.path,
      text: copy.text.replace(/channels: .*/, 'channels: [{ type: folder, inbox: inbox/acme/ }]'),
    };
    const { findings, set } = loadPartners([COMPANY, own, shared]);
    expect(findings).toMatchObject([
      { code: 'INBOX_SHARED', severity: 'warning', place: { file: 'beta/partner.yaml', line: 5 } },
    ]);
    expect(findings[0]!.message).toContain('acme');
    expect(set?.partners).toHaveLength(2);
    expect(loadPartners([COMPANY, own, copy]).findings).toEqual([]);
  });

  test.each([
    ['inbox: ./inbox//beta', 'channels[0].inbox: "inbox/beta" is watched for acme already'],
    ['inbox: inbox/erp', 'channels[0].inbox: "inbox/erp" is watched for the ERP already'],
    [
      'outbox: inbox/beta',
      'channels[0].outbox: "inbox/beta" is watched for beta: what is sent would come back',
    ],
    ['inbox: a, outbox: a/', 'channels[0].outbox: "a" is watched for acme: what is sent would come back'],
  ])('a folder with %s is told: files of one would be taken for those of another', (folders, told) => {
    const own = withChannels(`[{ type: folder, ${folders} }]`);
    const { findings } = loadPartners([COMPANY, own, partnerFile('beta', '{ qualifier: ZZ, id: BETA }')]);
    expect(findings.map(({ code, severity }) => [code, severity])).toEqual([['INBOX_SHARED', 'warning']]);
    expect(findings[0]!.message).toContain(told);
  });

  test('a document that none of them sends is told', () => {
    const { findings, set } = loadPartners([COMPANY, withChannels('[{ type: folder, documents: [order] }]')]);
    expect(findings).toMatchObject([
      {
        code: 'CHANNEL_MISSING',
        severity: 'warning',
        actual: 'functionalAcknowledgment',
        place: { line: 5 },
      },
    ]);
    expect(set?.partners).toHaveLength(1);
  });

  test('none of which takes anything from the partner are told where maps would read it', () => {
    const push = withChannels('[{ type: httpPush, url: "https://acme.example/in" }]');
    const told = (documents: string) =>
      loadPartners([
        COMPANY,
        { ...push, text: push.text.replace(/documents: .*/, `documents: ${documents}`) },
      ]).findings.map(({ message }) => message);
    expect(told('{ invoice: { in: x12/004010/810-invoice } }')).toEqual([
      expect.stringContaining(
        'no enabled channel of acme takes files from it: invoice can only be handed in',
      ),
    ]);
    expect(told('{}')).toEqual([]);
  });
});

describe('supplier numbers', () => {
  const numbered = (id: string, more = '') =>
    partnerFile(id, `{ qualifier: ZZ, id: ${id.toUpperCase()} }`, `accounts: { supplierId: V-1 }\n${more}`);

  test('one that two partners have is told at each: an order for it could go to either', () => {
    const { set, findings } = loadPartners([COMPANY, numbered('one'), numbered('two')]);
    expect(findings.map(({ code, message }) => [code, message])).toEqual([
      [
        'PARTNER_ACCOUNT_CONFLICT',
        'one/partner.yaml:7:13: accounts.supplierId "V-1" is that of "two" too: an order for it goes to none of them',
      ],
      [
        'PARTNER_ACCOUNT_CONFLICT',
        'two/partner.yaml:7:13: accounts.supplierId "V-1" is that of "one" too: an order for it goes to none of them',
      ],
    ]);
    expect(set?.partners).toHaveLength(2);
  });

  test('one of a suspended partner may be given to the next', () => {
    const { findings } = loadPartners([COMPANY, numbered('one', 'status: suspended\n'), numbered('two')]);
    expect(findings).toEqual([]);
  });
});
