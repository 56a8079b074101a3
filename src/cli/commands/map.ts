import type { Command } from 'commander';
import { readConfig } from '../../config.ts';
import { GatewayError } from '../../common/errors.ts';
import { hasErrors } from '../../common/finding.ts';
import type { Finding } from '../../common/finding.ts';
import { checkDocument } from '../../documents/document.ts';
import { lintMap, testMap } from '../../maps/index.ts';
import type { CliEnvironment } from '../environment.ts';
import { ExitCode } from '../exit-code.ts';
import { describePlace, messageAfter, printFindings } from '../findings.ts';
import { readInput, readJson } from '../input.ts';
import { readWithMap, writeWithMap } from '../map-run.ts';
import { MapsFolder } from '../maps-folder.ts';
import { counted, print, printJson, remark, style } from '../output.ts';

export function register(program: Command, environment: CliEnvironment): void {
  const folder = () => MapsFolder.open(readConfig(environment.variables));
  const map = program.command('map').description('maps between messages and canonical documents');
  map
    .command('read <map> <file>')
    .description(
      'reads a message with a map and prints the canonical document(s); exit 1 when it is not understood',
    )
    .option('--json', 'with findings, trace and unused segments')
    .action(async (name: string, file: string, options: { json?: boolean }) => {
      const bytes = await readInput(file);
      const readings = readWithMap((await folder()).need(name, bytes), bytes);
      if (options.json === true) printJson(readings);
      else {
        const documents = readings.map(({ document, draft }) => document ?? draft);
        printJson(documents.length === 1 ? documents[0] : documents);
        for (const { findings, unconsumed } of readings) {
          tell(findings.map((finding) => ({ ...finding, place: { file, ...finding.place } })));
          if (unconsumed.length > 0)
            remark(
              `not used by any rule: ${unconsumed.map(({ name: segment, position }) => `${segment} (${position})`).join(', ')}`,
            );
        }
      }
      if (readings.length === 0)
        throw new GatewayError('INVALID_REQUEST', `${file} holds no message that ${name} reads.`);
      if (readings.some(({ document, findings }) => document === undefined || hasErrors(findings)))
        throw new ExitCode(1);
    });
  map
    .command('write <map> <document>')
    .description('writes a canonical document (JSON) as the message of a map, without an envelope')
    .action(async (name: string, file: string) => {
      const checked = checkDocument(await readJson(file));
      if (checked.document === undefined) {
        tell(checked.findings);
        throw new ExitCode(1);
      }
      const { text, findings } = writeWithMap((await folder()).need(name), checked.document);
      process.stdout.write(text);
      tell(findings);
      if (hasErrors(findings)) throw new ExitCode(1);
    });
  map
    .command('test [path]')
    .description(
      'checks the golden samples of all maps, or of those below a path, in both directions; exit 1 on a failure',
    )
    .option('--json', 'as JSON: [{ map, sample, passed, failures }]')
    .action(async (path: string | undefined, options: { json?: boolean }) => {
      const maps = await folder();
      const results = [];
      for (const name of maps.select(path))
        results.push(...(await testOne(maps, name, maps.partnerOf(path))));
      const failed = results.filter(({ passed }) => !passed);
      if (options.json === true) printJson(results);
      else {
        for (const { map: tested, sample, failures } of failed) {
          print(`${style('red', 'FAIL')} ${tested} ${sample}`);
          for (const failure of failures) print(`     ${failure}`);
        }
        print(
          `${counted(results.length, 'sample')}, ${results.length - failed.length} passed, ${failed.length} failed`,
        );
        if (failed.some(({ failures }) => failures.some((failure) => NOT_WRITTEN.test(failure))))
          remark('A form that we only read and would write otherwise is kept as NAME.read.edi.');
      }
      if (failed.length > 0) throw new ExitCode(1);
    });
  map
    .command('lint [path]')
    .description('tells what is wrong or unfinished in maps; exit 1 on an error')
    .option('--json', 'as JSON')
    .action(async (path: string | undefined, options: { json?: boolean }) => {
      const maps = await folder();
      const all = maps.select(path).flatMap((name) => {
        const { effective, grammar, findings: compiling } = maps.compile(name);
        return effective === undefined ? compiling : lintMap(effective, grammar);
      });
      // What its standard maps are like is nothing that a partner could mend.
      const partner = maps.partnerOf(path);
      const own = all.filter(({ severity, place }) => {
        return partner === undefined || severity !== 'info' || place.file?.startsWith(`${partner}/`) === true;
      });
      // A rule behind an alias, or in a map that others extend, is said once.
      const findings = [...new Map(own.map((finding) => [finding.message, finding])).values()];
      if (options.json === true) printJson(findings);
      else if (findings.length === 0) print('Nothing to say.');
      else printFindings(findings);
      if (hasErrors(findings)) throw new ExitCode(1);
    });
}

/** How a failure begins that is about writing the sample again. */
const NOT_WRITTEN = /^(in the sample, not written|written, not in the sample)/;

async function testOne(maps: MapsFolder, name: string, partner: string | undefined) {
  const { map, findings } = maps.compile(name);
  if (map === undefined) {
    return [{ map: name, sample: '', passed: false, failures: findings.map((finding) => finding.message) }];
  }
  const samples = await maps.samples(name, partner);
  return samples.map((sample) => {
    const asSent = maps.compile(name, sample.message);
    if (asSent.map === undefined) {
      return {
        map: name,
        sample: sample.name,
        passed: false,
        failures: asSent.findings.map(({ message }) => message),
      };
    }
    const { passed, failures } = testMap(asSent.map, sample);
    return { map: name, sample: sample.name, passed, failures };
  });
}

/** Findings beside a result that may be piped on. */
function tell(findings: readonly Finding[]): void {
  const lines = findings.map((finding) => {
    const where = describePlace(finding.place);
    return `${where === '' ? '' : `${where}: `}${finding.severity}: ${messageAfter(where, finding)} [${finding.code}]`;
  });
  // Two rules that read one place say the same of it.
  for (const line of new Set(lines)) remark(line);
}
