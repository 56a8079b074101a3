import type { ErrorCode } from '../../common/errors.ts';
import type { Content } from './content.ts';
import type {
  Keyring,
  OutboundPart,
  PackOptions,
  PackedMessage,
  RefusedMessage,
  UnpackOptions,
  UnpackedMessage,
} from './message-model.ts';

/** What a worker thread is asked for. Keys are handed over as KeyObjects: they stay in the process. */
export type SecurityWork =
  | { kind: 'pack'; parts: readonly OutboundPart[]; options: PackOptions }
  | {
      kind: 'unpack';
      headers: ReadonlyMap<string, string>;
      body: Content;
      keyring: Keyring;
      options: UnpackOptions;
    };

export interface SecurityResults {
  pack: PackedMessage;
  unpack: UnpackedMessage | RefusedMessage;
}

/** One thread has one piece of work at a time. */
export type SecurityAnswer =
  | { result: SecurityResults[keyof SecurityResults] }
  | { error: { code: ErrorCode | undefined; message: string } };
