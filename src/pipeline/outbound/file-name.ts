import { DEFAULT_FILE_NAME } from '../../partners/channel-common.ts';
import type { EncodedInterchange } from './encoded-interchange.ts';

const EXTENSIONS: Record<string, string> = { x12: 'edi', edifact: 'edi', xml: 'xml', csv: 'csv' };

/** The name that a channel's `fileName` template makes; only letters, digits, dot, hyphen and underscore are left in it. */
export function fileNameOf(
  template: string = DEFAULT_FILE_NAME,
  documentType: string,
  number: string,
  encoded: Pick<EncodedInterchange, 'transactionType' | 'controlNumber' | 'standard'>,
): string {
  const values: Record<string, string> = {
    document: encoded.transactionType === '' ? documentType : encoded.transactionType,
    id: number,
    control: encoded.controlNumber,
    extension: EXTENSIONS[encoded.standard] ?? 'txt',
  };
  const name = template.replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole);
  return name.replace(/[^\w.-]+/g, '-').replace(/^\.+/, '');
}
