import base from './jest.config.mjs';

/** Suites against real servers and a real browser; each skips itself, in one line, when its server is not there. */
export default {
  ...base,
  roots: ['<rootDir>/test/integration'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 120_000,
};
