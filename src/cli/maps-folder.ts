import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { GatewayError } from '../common/errors.ts';
import type { Finding } from '../common/finding.ts';
import { isReadBy, statedRelease } from './map-run.ts';
import type { Config } from '../config.ts';
import { findGrammar } from '../edi/grammar/index.ts';
import type { Grammar, GrammarExtensions } from '../edi/grammar/index.ts';
import { compileMap, loadMap } from '../maps/index.ts';
import type { CompiledMap, EffectiveMap, MapSample, MapSource } from '../maps/index.ts';
import { loadPartners } from '../partners/load-partners.ts';
import { createMapSource, listStandardMaps } from '../partners/map-source.ts';
import { findNearest } from '../partners/nearest.ts';
import { readDictionaryFiles, readPartnerFiles } from '../partners/read-partner-files.ts';

/** The maps of this installation, standard ones and partners' own, as the `map` commands work on them. */
export class MapsFolder {
  readonly #config: Config;
  readonly #source: MapSource;
  /** Names in order: `x12/004010/850-order`, `partners/northwind-hardware/850-order`. */
  readonly names: readonly string[];
  /** Sample folders of each map. */
  readonly #sampleFolders: ReadonlyMap<string, readonly string[]>;
  /** By a folder of samples: the maps that a partner has for its document, in their order. */
  readonly #readers: ReadonlyMap<string, readonly string[]>;

  /** By `partners/<id>`: the maps that its documents name. */
  readonly #used: ReadonlyMap<string, readonly string[]>;

  readonly #extensions: GrammarExtensions;

  private constructor(
    config: Config,
    source: MapSource,
    sampleFolders: ReadonlyMap<string, readonly string[]>,
    readers: ReadonlyMap<string, readonly string[]>,
    used: ReadonlyMap<string, readonly string[]>,
    extensions: GrammarExtensions,
  ) {
    this.#readers = readers;
    this.#used = used;
    this.#extensions = extensions;
    this.#config = config;
    this.#source = source;
    this.names = [...sampleFolders.keys()];
    this.#sampleFolders = sampleFolders;
  }

  static async open(config: Config): Promise<MapsFolder> {
    const files = await readPartnerFiles(config.mapsFolder);
    const dictionaryFiles = await readDictionaryFiles(config.dictionariesFolder);
    const { set } = loadPartners(await readPartnerFiles(config.partnersFolder), { dictionaryFiles });
    const folders = new Map<string, string[]>();
    const readers = new Map<string, readonly string[]>();
    const used = new Map<string, readonly string[]>();
    for (const name of listStandardMaps(files))
      folders.set(name, [path.join(config.mapsFolder, 'samples', name)]);
    for (const { name } of set?.maps ?? []) folders.set(name, []);
    for (const { partner, documents } of set?.partners ?? []) {
      for (const [document, directions] of Object.entries(documents)) {
        const folder = path.join(config.partnersFolder, partner, 'samples', document);
        const names = [...new Set([...(directions?.in ?? []), ...(directions?.out ?? [])])];
        for (const name of names) folders.get(name)?.push(folder);
        readers.set(folder, names);
        const partnerName = `partners/${partner}`;
        used.set(partnerName, [...new Set([...(used.get(partnerName) ?? []), ...names])]);
      }
    }
    const extensions = { dictionaries: set?.dictionaries ?? [] };
    return new MapsFolder(config, createMapSource(files, set?.maps), folders, readers, used, extensions);
  }

  /**
   * Maps whose name is, or lies below, the path: `x12`, `x12/004010/850-order`, `maps/x12/…/850-order.map.yaml`. Of a partner
   * (`partners/acme`) also the standard ones that its documents name.
   */
  select(wanted: string | undefined): string[] {
    if (wanted === undefined) return [...this.names];
    const name = this.#toName(wanted);
    const found = this.names.filter((candidate) => candidate === name || candidate.startsWith(`${name}/`));
    const used = (this.#used.get(name) ?? []).filter((candidate) => this.names.includes(candidate));
    if (found.length + used.length > 0) return [...new Set([...found, ...used])];
    const near = findNearest(name, this.names);
    const hint = near[0] === undefined ? `There are: ${this.names.join(', ')}.` : `Did you mean ${near[0]}?`;
    throw new GatewayError('NOT_FOUND', `There is no map "${name}". ${hint}`);
  }

  /** Of a path that names a partner, its name among the maps: `partners/acme`. */
  partnerOf(wanted: string | undefined): string | undefined {
    const name = wanted === undefined ? '' : this.#toName(wanted);
    return this.#used.has(name) ? name : undefined;
  }

  /**
   * A map ready for use, with what the compiler says of it. With the bytes of a message as its release has it, as the gateway does: one map
   * serves several.
   */
  compile(
    name: string,
    message?: Uint8Array,
  ): {
    map?: CompiledMap;
    effective?: EffectiveMap;
    grammar?: Grammar;
    findings: Finding[];
  } {
    const loaded = loadMap(name, this.#source);
    if (loaded.map === undefined) return { findings: loaded.findings };
    const { standard, type = '' } = loaded.map.message;
    const isEdi = standard === 'x12' || standard === 'edifact';
    const stated = isEdi && message !== undefined ? statedRelease(message, type) : undefined;
    const { release = '', implementation = '' } = stated ?? loaded.map.message;
    const grammar = isEdi
      ? findGrammar(standard, type, release, {
          ...(implementation !== '' && { implementation }),
          extensions: this.#extensions,
        })
      : undefined;
    const compiled = compileMap(loaded.map, grammar);
    return {
      effective: loaded.map,
      findings: compiled.findings,
      ...(grammar !== undefined && { grammar }),
      ...(compiled.map !== undefined && { map: compiled.map }),
    };
  }

  /** One map that can be used; throws MAP_INVALID with what is wrong. */
  need(wanted: string, message?: Uint8Array): CompiledMap {
    const [name, ...others] = this.select(wanted);
    if (name === undefined || others.length > 0) {
      throw new GatewayError(
        'INVALID_REQUEST',
        `"${wanted}" names several maps: ${[name, ...others].join(', ')}`,
      );
    }
    const { map, findings } = this.compile(name, message);
    if (map !== undefined) return map;
    throw new GatewayError(
      'MAP_INVALID',
      `${name} cannot be used: ${findings.map((finding) => finding.message).join('; ')}`,
    );
  }

  /**
   * The golden samples of a map: a message and, beside it, the document that it means. Of several maps that a partner has for one
   * document each has the samples that it is the first to read. `partner` (`partners/acme`): only those of its own.
   */
  async samples(name: string, partner?: string): Promise<MapSample[]> {
    const below = path.join(this.#config.partnersFolder, path.basename(partner ?? ''), 'samples');
    const folders = (this.#sampleFolders.get(name) ?? []).filter(
      (folder) => partner === undefined || path.dirname(folder) === below,
    );
    const samples = await Promise.all(
      folders.map(async (folder) => {
        const names = this.#readers.get(folder) ?? [name];
        return (await readSamples(folder)).filter((sample) => this.#readerOf(names, sample) === name);
      }),
    );
    return samples.flat();
  }

  #readerOf(names: readonly string[], { message }: MapSample): string | undefined {
    if (names.length < 2) return names[0];
    const reads = (name: string) => {
      const { map } = this.compile(name, message);
      return map !== undefined && isReadBy(map, message);
    };
    return names.find(reads) ?? names[0];
  }

  #toName(wanted: string): string {
    const relative = path.relative(this.#config.mapsFolder, path.resolve(wanted));
    const name = relative.startsWith('..') ? wanted : relative;
    return (this.names.includes(wanted) ? wanted : name)
      .replace(/\.map\.yaml$/, '')
      .replace(/\/$/, '')
      .split(path.sep)
      .join('/');
  }
}

const MESSAGE = /\.(edi|xml|csv)$/;

async function readSamples(folder: string): Promise<MapSample[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const messages = names.filter((name) => MESSAGE.test(name)).sort();
  return Promise.all(
    messages.map(async (file) => {
      const base = file.replace(MESSAGE, '');
      const document = names.includes(`${base}.json`)
        ? (JSON.parse(await readFile(path.join(folder, `${base}.json`), 'utf8')) as unknown)
        : undefined;
      return {
        name: base,
        message: await readFile(path.join(folder, file)),
        document,
        ...(base.endsWith('.read') && { readOnly: true }),
      };
    }),
  );
}
