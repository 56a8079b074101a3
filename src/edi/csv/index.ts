export { parseCsv, writeCsv, type CsvRow, type ParsedCsv } from './parse-csv.ts';
