import type { RefusalModifier } from '../message-model.ts';

/** Ends the taking apart of a message; caught where its outcome is made. The message is for our log only. */
export class SecurityFailure extends Error {
  override readonly name = 'SecurityFailure';
  readonly modifier: RefusalModifier;

  constructor(modifier: RefusalModifier, reason: string) {
    super(reason);
    this.modifier = modifier;
  }
}
