/**
 * Jest gives each test file an `Error` of its own, which the errors of Node's network are not instances of: a library that
 * asks `instanceof Error` would take a lost connection for an answer. Importing this makes them instances.
 */
const isInstance = Function.prototype[Symbol.hasInstance];
Object.defineProperty(Error, Symbol.hasInstance, {
  value(this: () => void, value: unknown): boolean {
    return (this === Error && isAnyError(value)) || isInstance.call(this, value);
  },
});

function isAnyError(value: unknown): boolean {
  return Object.prototype.toString.call(value) === '[object Error]';
}
