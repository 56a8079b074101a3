import { types } from 'node:util';

/**
 * Jest gives each test file an `Error` of its own, which the errors of Node's network are not instances of: a library that
 * asks `instanceof Error` would take a lost connection for an answer. Importing this makes them instances.
 */
const isInstance = Function.prototype[Symbol.hasInstance];
Object.defineProperty(Error, Symbol.hasInstance, {
  value(this: unknown, value: unknown): boolean {
    return (
      (this === Error && types.isNativeError(value)) || Boolean(isInstance.call(this as () => void, value))
    );
  },
});
