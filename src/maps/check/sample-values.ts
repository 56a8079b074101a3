/** What the gateway gives to `context:` rules, as golden samples and maps that are tried out show it. */
export const sampleValues: Readonly<Record<string, string>> = {
  documentNumber: 'SAMPLE-1',
  now: '2026-01-31T08:15:00.000Z',
  date: '2026-01-31',
  time: '08:15',
  /** cXML: the header's addresses, the document's own identity, `production` or `test`. */
  payloadId: 'sample@tradelane.example',
  senderId: 'BUYER',
  senderScheme: 'NetworkID',
  receiverId: 'SUPPLIER',
  receiverScheme: 'NetworkID',
  deploymentMode: 'production',
};
