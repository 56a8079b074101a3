import { userInfo } from 'node:os';
import type { Actor } from '../pipeline/actor.ts';

/** Who works at the command line, as the audit log names them: `cli:` and the user of this machine. May do everything. */
export function cliActor(): Actor {
  return { name: `cli:${userName()}`, roles: ['admin'] };
}

/** In a container the user may have a number only; then there is no name, and asking for it throws. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
