import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { As2TrustSettings, PemSource } from '../../../partners/as2-schema.ts';
import { GatewayError } from '../../../common/errors.ts';
import { readCertificates } from '../certificate.ts';
import type { Certificate } from '../certificate.ts';
import type { PathVerdict } from './certificate-path.ts';
import { readRevocationList } from './revocation-list.ts';
import type { RevocationList } from './revocation-list.ts';
import type { FetchedLists, ListResult } from './fetched-lists.ts';

/** What the settings of a partner trust, read from its files and addresses. */
export interface TrustMaterial {
  anchors: readonly Certificate[];
  authorities: readonly Certificate[];
  lists: readonly RevocationList[];
  /** Lists that could not be read or fetched, with why. */
  troubles: readonly string[];
  /** What was found in it, by certificate and use. */
  verdicts: Map<string, PathVerdict>;
}

export interface MaterialSources {
  home: string;
  text: (source: PemSource) => Promise<string>;
  fetched: FetchedLists;
}

/** Reads authorities and lists. A list that cannot be had is told as trouble; authorities throw CERTIFICATE_INVALID, FILE_UNREADABLE. */
export async function readTrustMaterial(
  { anchors, authorities, revocation }: As2TrustSettings,
  sources: MaterialSources,
): Promise<TrustMaterial> {
  const read = async (sourceList: readonly PemSource[]): Promise<Certificate[]> => {
    const texts = await Promise.all(sourceList.map((source) => sources.text(source)));
    return texts.flatMap((text) => readCertificates(Buffer.from(text, 'latin1')));
  };
  // Beside one another: the wait for one that is not reached is none for the others.
  const got = await Promise.all(
    (revocation?.lists ?? []).map((source) =>
      'url' in source
        ? sources.fetched.get(source, revocation!.refreshHours)
        : readListFile(sources.home, source.file),
    ),
  );
  return {
    anchors: await read(anchors),
    authorities: await read(authorities),
    lists: got.flatMap(({ list }) => list ?? []),
    troubles: got.flatMap(({ trouble }) => trouble ?? []),
    verdicts: new Map(),
  };
}

/** Lists of files by what is in them: a list that has not changed keeps what was found out about it. */
const known = new Map<string, { sha256: string; list: RevocationList }>();

async function readListFile(home: string, file: string): Promise<ListResult> {
  const absolute = path.join(home, file);
  try {
    const bytes = await readFile(absolute);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const before = known.get(absolute);
    if (before?.sha256 === sha256) return { list: before.list };
    const list = readRevocationList(bytes, file);
    known.set(absolute, { sha256, list });
    return { list };
  } catch (error) {
    if (error instanceof GatewayError) return { trouble: error.message };
    return { trouble: `The revocation list ${file} cannot be read: ${String(error)}` };
  }
}
