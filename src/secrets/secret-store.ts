import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { GatewayError } from '../common/errors.ts';
import type { Clock, Instant } from '../common/time.ts';
import type { SecretKeeper } from '../pipeline/ports/secrets.ts';
import {
  changeSecretFile,
  createPrivately,
  readSecretFile,
  readTextFile,
  seal,
  unseal,
} from './secret-file.ts';

export interface SecretStoreOptions {
  dataFolder: string;
  clock: Clock;
  /** 32 bytes in base64 instead of the key file: TRADELANE_SECRET_KEY. */
  key?: string;
  /** Where `env:NAME` is looked up. */
  variables: Readonly<Record<string, string | undefined>>;
  /** Folder of mounted secrets, one file each, for `file:name`. */
  mountedFolder: string;
}

const NAME = /^[A-Za-z0-9][\w.-]{0,99}$/;

/**
 * Secrets in `secrets.json` of the data folder, encrypted under a key that comes from the environment, or from `secret.key`
 * beside it, which is made when the first secret is set. Names with `env:` and `file:` come from outside and are only read.
 * A secret that is set is found at once by a gateway that runs.
 */
export class SecretStore implements SecretKeeper {
  readonly #options: SecretStoreOptions;
  readonly #file: string;
  readonly #keyFile: string;

  constructor(options: SecretStoreOptions) {
    this.#options = options;
    this.#file = path.join(options.dataFolder, 'secrets.json');
    this.#keyFile = path.join(options.dataFolder, 'secret.key');
  }

  async read(name: string): Promise<string> {
    const found = await this.#find(name);
    if (found === undefined)
      throw new GatewayError('SECRET_MISSING', missing(name, this.#options.mountedFolder), {
        details: { name },
      });
    return found;
  }

  async has(name: string): Promise<boolean> {
    if (isOutside(name)) return (await this.#find(name)) !== undefined;
    return Object.hasOwn(await readSecretFile(this.#file), name);
  }

  async list(): Promise<{ name: string; updatedAt: Instant }[]> {
    const secrets = Object.entries(await readSecretFile(this.#file));
    return secrets
      .map(([name, { updatedAt }]) => ({ name, updatedAt }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async set(name: string, value: string): Promise<void> {
    if (!NAME.test(name)) {
      throw new GatewayError(
        'INVALID_REQUEST',
        `"${name}" cannot be the name of a secret: letters, digits, ".", "_" and "-", beginning with a letter or digit.`,
      );
    }
    if (value === '') throw new GatewayError('INVALID_REQUEST', `The secret "${name}" would be empty.`);
    const key = await this.#key({ create: true });
    await changeSecretFile(this.#file, (secrets) => {
      secrets[name] = seal(key, name, value, this.#options.clock.now());
    });
  }

  async remove(name: string): Promise<boolean> {
    let removed = false;
    await changeSecretFile(this.#file, (secrets) => {
      removed = Object.hasOwn(secrets, name);
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a record by name, as the file has it
      delete secrets[name];
    });
    return removed;
  }

  async #find(name: string): Promise<string | undefined> {
    const { variables, mountedFolder } = this.#options;
    const outside = name.slice(name.indexOf(':') + 1);
    if (name.startsWith('env:')) return variables[outside] === '' ? undefined : variables[outside];
    if (name.startsWith('file:')) {
      if (!NAME.test(outside)) return undefined;
      // Editors end a file with a line break that belongs to no password.
      return (await readTextFile(path.join(mountedFolder, outside)))?.replace(/\r?\n$/, '');
    }
    const secrets = await readSecretFile(this.#file);
    const secret = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
    if (secret === undefined) return undefined;
    const key = await this.#key({ create: false });
    try {
      return unseal(key, name, secret);
    } catch (cause) {
      throw new GatewayError(
        'SECRET_UNREADABLE',
        `The secret "${name}" was encrypted under another key. Bring ${this.#keyName()} back, or set the secret again: tradelane secret set ${name}`,
        { cause, details: { name } },
      );
    }
  }

  async #key({ create }: { create: boolean }): Promise<Buffer> {
    const { key } = this.#options;
    const text = key ?? (await readTextFile(this.#keyFile));
    if (text !== undefined) return this.#decodeKey(text.trim());
    // Secrets without their key: a new one would hide that they are lost.
    if (!create || Object.keys(await readSecretFile(this.#file)).length > 0) {
      throw new GatewayError('SECRET_UNREADABLE', `${this.#keyFile} is missing. Restore it from a backup.`);
    }
    await createPrivately(this.#keyFile, `${randomBytes(32).toString('base64')}\n`);
    return this.#decodeKey(((await readTextFile(this.#keyFile)) ?? '').trim());
  }

  #decodeKey(text: string): Buffer {
    const bytes = Buffer.from(text, 'base64');
    if (bytes.length === 32) return bytes;
    throw new GatewayError(
      'SECRET_UNREADABLE',
      `${this.#keyName()} has to be 32 bytes in base64 (openssl rand -base64 32).`,
    );
  }

  #keyName(): string {
    return this.#options.key === undefined ? this.#keyFile : 'TRADELANE_SECRET_KEY';
  }
}

function isOutside(name: string): boolean {
  return name.startsWith('env:') || name.startsWith('file:');
}

function missing(name: string, mountedFolder: string): string {
  const outside = name.slice(name.indexOf(':') + 1);
  if (name.startsWith('env:'))
    return `The environment variable ${outside} is not set, and the settings name it as a secret.`;
  if (name.startsWith('file:'))
    return `${path.join(mountedFolder, outside)} is missing, and the settings name it as a secret.`;
  return `The secret "${name}" is not set. Set it: tradelane secret set ${name}`;
}
