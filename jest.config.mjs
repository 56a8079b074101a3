/** Unit and contract suites. Suites that need a server or a browser live in test/integration (jest.integration.config.mjs). */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/integration/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2024', parser: { syntax: 'typescript' } } }],
  },
  injectGlobals: false,
  setupFiles: ['<rootDir>/test/support/law-seed.ts'],
  /** A test that hangs fails; one that is slow on a busy machine does not. */
  testTimeout: 60_000,
};
