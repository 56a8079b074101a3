import type { As2StationSettings } from '../../partners/as2-schema.ts';
import type { PipelineContext } from '../../pipeline/context.ts';
import type { Agreement } from './agreement.ts';
import type { KeyMaterial } from './key-material.ts';

/** Our side of AS2: what receiving and sending share. Made once, in the composition root. */
export interface As2Station {
  readonly context: PipelineContext;
  readonly settings: As2StationSettings;
  readonly agreements: readonly Agreement[];
  readonly keys: KeyMaterial;
  /** For what is too large for memory: each message has a folder of its own below it, removed when it is done with. */
  readonly temporaryFolder: string;
}

export function findAgreement(
  { agreements }: As2Station,
  pair: { ours: string; theirs: string },
): Agreement | undefined {
  return agreements.find(({ ours, theirs }) => ours === pair.ours && theirs === pair.theirs);
}
