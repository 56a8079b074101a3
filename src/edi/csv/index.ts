export { encodeCsv } from './encode-csv.ts';
export {
  CSV_CHARSETS,
  parseCsv,
  writeCsv,
  type CsvOptions,
  type CsvRow,
  type ParsedCsv,
} from './parse-csv.ts';
