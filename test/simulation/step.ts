import type { Configuration, TestGateway, World } from '../support/gateway.ts';

/** A file that a partner sends. */
export interface PartnerFile {
  name: string;
  bytes: Uint8Array;
}

/** One thing that happens. What plays a part is a generator of these. */
export type Step =
  | { kind: 'wait'; minutes: number }
  /** A partner sends files. It does so itself, so never twice because of us. */
  | { kind: 'send'; text: string; partnerId: string; files: (world: World) => readonly PartnerFile[] }
  /** The ERP or a person asks for something, and asks again when the gateway ended before it answered. */
  | { kind: 'ask'; text: string; run: (gateway: TestGateway) => Promise<unknown> }
  /** Something changes outside: a channel goes down, a clock is set. */
  | { kind: 'outside'; text: string; act: (world: World) => void }
  /** Our clock is set, forwards or backwards; true time goes on. */
  | { kind: 'setClock'; minutes: number }
  /** The gateway is started again with other settings. */
  | { kind: 'configure'; text: string; configuration: Configuration }
  /** The gateway's process ends at its n-th commit or effect from now, and is started again after so many minutes. */
  | { kind: 'crash'; points: number; downMinutes: number };

export type Script = Generator<Step, void>;

export function wait(span: { days?: number; hours?: number; minutes?: number }): Step {
  const { days = 0, hours = 0, minutes = 0 } = span;
  return { kind: 'wait', minutes: (days * 24 + hours) * 60 + minutes };
}
