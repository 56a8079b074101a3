export { parseCsv, writeCsv, type CsvOptions, type CsvRow, type ParsedCsv } from './parse-csv.ts';
