import type { World } from '../support/gateway.ts';
import type { Random } from './random.ts';
import type { PartnerFile, Script, Step } from './step.ts';
import { wait } from './step.ts';

/** A file that lies in an inbox of ours, and whether it is as it was written. */
export interface Drop {
  partnerId: string;
  bytes: Uint8Array;
  intact: boolean;
}

/** Carries the partners' files: as they are, or, where the way is bad, twice, late or broken. */
export class Courier {
  readonly #random: Random | undefined;
  readonly #told: (drop: Drop) => void;

  constructor(told: (drop: Drop) => void, random?: Random) {
    this.#told = told;
    this.#random = random;
  }

  /** Brings the files, and returns what comes later. */
  carry(world: World, partnerId: string, files: readonly PartnerFile[]): { note: string; later: Script[] } {
    const outcomes = files.map((file) => this.#carryOne(world, partnerId, file));
    return {
      note: outcomes.flatMap(({ note }) => (note === '' ? [] : [note])).join(', '),
      later: outcomes.flatMap(({ later }) => (later === undefined ? [] : [later])),
    };
  }

  #carryOne(world: World, partnerId: string, file: PartnerFile): { note: string; later?: Script } {
    const random = this.#random;
    const way = random?.next() ?? 1;
    const again = (text: string): Step => ({
      kind: 'outside',
      text,
      act: (later) => this.#drop(later, partnerId, file, true),
    });
    if (random === undefined || way >= 0.16) {
      this.#drop(world, partnerId, file, true);
      return { note: '' };
    }
    if (way < 0.06)
      return {
        note: 'it is late',
        later: after(random.integer(5, 2_000), again(`${file.name} arrives late`)),
      };
    if (way < 0.12) {
      this.#drop(world, partnerId, file, true);
      return {
        note: 'it comes twice',
        later: after(random.integer(0, 600), again(`${file.name} comes once more`)),
      };
    }
    const broken = way < 0.14 ? cut(file, random) : smudge(file, random);
    this.#drop(world, partnerId, broken, false);
    return {
      note: 'it is broken',
      later: after(random.integer(30, 600), again(`${file.name} is sent again`)),
    };
  }

  #drop(world: World, partnerId: string, { name, bytes }: PartnerFile, intact: boolean): void {
    world.channels.get(partnerId)!.drop(name, bytes);
    this.#told({ partnerId, bytes, intact });
  }
}

function* after(minutes: number, step: Step): Script {
  yield wait({ minutes });
  yield step;
}

function cut({ name, bytes }: PartnerFile, random: Random): PartnerFile {
  return { name, bytes: bytes.slice(0, random.integer(0, bytes.length - 1)) };
}

function smudge({ name, bytes }: PartnerFile, random: Random): PartnerFile {
  const copy = Uint8Array.from(bytes);
  for (let count = random.integer(1, 4); count > 0; count -= 1) {
    copy[random.integer(0, copy.length - 1)] = random.integer(0, 255);
  }
  return { name, bytes: copy };
}
