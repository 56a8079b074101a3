import base from './jest.config.mjs';

/** Suites against real servers and a real browser; each skips itself, in one line, when its server is not there. */
export default {
  ...base,
  roots: ['<rootDir>/test/integration'],
  // An Odoo before 19 is started by hand (.ci/odoo-14): it takes minutes, and a gigabyte.
  testPathIgnorePatterns: ['/node_modules/', ...(process.env.ODOO_OLDER_URL ? [] : ['/odoo-older\\.test'])],
  testTimeout: 120_000,
  // Timers inside the scheduler's library live on for half a lock lifetime after its end (src/jobs/scheduler).
  openHandlesTimeout: 20_000,
};
