import { timingSafeEqual } from 'node:crypto';
import ssh2 from 'ssh2';
import type { AuthContext, ParsedKey, PasswordAuthContext, PublicKeyAuthContext } from 'ssh2';
import type { Secrets } from '../../pipeline/ports/secrets.ts';
import { isPassword } from './password-hash.ts';
import type { LoginThrottle } from './login-throttle.ts';

/** Who may log in, and how. */
export interface Login {
  user: string;
  /** Name of the secret that holds the password or its hash. */
  passwordSecret?: string;
  keys: readonly ParsedKey[];
}

export interface LoginOptions<L extends Login> {
  logins: ReadonlyMap<string, L>;
  secrets: Secrets;
  throttle: LoginThrottle;
  address: string;
  /** Tells the operator; never with what was typed. */
  onRefused: (user: string, method: string) => void;
}

/** The same for everybody: it does not tell who has a key or a password, or whether there is such a user. */
const METHODS = ['publickey', 'password'] as const;
const MAX_TRIES = 6;
/** Keys that a client may ask about: agents hold many. */
const MAX_QUESTIONS = 24;

/** Judges the attempts of one connection to log in. */
export class LoginAttempts<L extends Login> {
  readonly #options: LoginOptions<L>;
  #tries = 0;
  #questions = 0;
  #login: L | undefined;

  constructor(options: LoginOptions<L>) {
    this.#options = options;
  }

  /** Who has logged in. */
  get login(): L | undefined {
    return this.#login;
  }

  /** False where the connection is to be ended: too many tries. */
  async judge(context: AuthContext): Promise<boolean> {
    const { logins, throttle, address, onRefused } = this.#options;
    const login = logins.get(context.username);
    if (context.method === 'publickey') {
      const key = login?.keys.find((known) => isSameKey(known, context));
      if (context.signature === undefined) return this.#answerQuestion(context, key !== undefined);
      if (key !== undefined && isSigned(context, key)) return this.#accept(context, login!);
    }
    if (context.method === 'password' && (await this.#isRightPassword(context, login))) {
      return this.#accept(context, login!);
    }
    if (context.method === 'none') return this.#answerQuestion(context, false);
    throttle.failed(address, context.username);
    onRefused(context.username, context.method);
    this.#tries += 1;
    context.reject([...METHODS]);
    return this.#tries < MAX_TRIES;
  }

  /** A client asks which methods there are, or whether a key would do before it signs with it. */
  #answerQuestion(context: AuthContext, yes: boolean): boolean {
    this.#questions += 1;
    if (yes) context.accept();
    else context.reject([...METHODS]);
    return this.#questions < MAX_QUESTIONS;
  }

  #accept(context: AuthContext, login: L): boolean {
    this.#login = login;
    this.#options.throttle.succeeded(this.#options.address, login.user);
    context.accept();
    return true;
  }

  async #isRightPassword(
    { password, username }: PasswordAuthContext,
    login: L | undefined,
  ): Promise<boolean> {
    const { secrets, throttle } = this.#options;
    const kept =
      login?.passwordSecret === undefined
        ? undefined
        : await secrets.read(login.passwordSecret).catch(() => undefined);
    const right = await isPassword(password, kept);
    const delayMs = throttle.delayMs(username);
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    return right;
  }
}

/** The public key of a line of `authorized_keys`; undefined where it is none. */
export function readPublicKey(line: string): ParsedKey | undefined {
  const parsed = ssh2.utils.parseKey(line);
  return parsed instanceof Error ? undefined : parsed;
}

function isSameKey(known: ParsedKey, { key }: PublicKeyAuthContext): boolean {
  const bytes = known.getPublicSSH();
  return bytes.length === key.data.length && timingSafeEqual(bytes, key.data);
}

function isSigned({ key, blob, signature, hashAlgo }: PublicKeyAuthContext, known: ParsedKey): boolean {
  if (signature === undefined || blob === undefined) return false;
  // A signature with SHA-1 can be forged by who can afford it.
  if (key.algo === 'ssh-rsa' && hashAlgo === undefined) return false;
  return known.verify(blob, signature, hashAlgo);
}
