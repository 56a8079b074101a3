import { createRequire } from 'node:module';
import { X12Parser } from 'node-x12';

const require = createRequire(import.meta.url);

interface EdifactParser {
  onopensegment: (id: string) => void;
  onelement: () => void;
  oncomponent: (value: string) => void;
  onclosesegment: () => void;
  encoding(level: string): void;
  write(text: string): void;
  end(): void;
}

const Parser = require('edifact/parser.js') as new () => EdifactParser;

/** Parses with node-x12; returns the number of segments, so that nothing can be left out. */
export function parseWithNodeX12(text: string): number {
  const parsed = new X12Parser(true).parse(text);
  const interchanges = 'interchanges' in parsed ? parsed.interchanges : [parsed];
  return interchanges
    .flatMap(({ functionalGroups }) => functionalGroups)
    .flatMap(({ transactions }) => transactions)
    .reduce((sum, { segments }) => sum + segments.length, 0);
}

/** Reads all events of the edifact package; returns the number of components. */
export function parseWithEdifact(text: string): number {
  const parser = new Parser();
  parser.encoding('UNOC');
  let components = 0;
  const nothing = (): void => undefined;
  parser.onopensegment = nothing;
  parser.onelement = nothing;
  parser.onclosesegment = nothing;
  parser.oncomponent = () => {
    components++;
  };
  parser.write(text);
  parser.end();
  return components;
}
