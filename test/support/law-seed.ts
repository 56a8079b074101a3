/**
 * `LAW_SEED` of the environment is the seed of every property test of the run. The gate takes it from the content of the checkout:
 * the same content gives the same verdict, another one tries other values. Without it each run tries its own.
 */
const seed = process.env['LAW_SEED'];
if (seed !== undefined) {
  const { default: fc } = await import('fast-check');
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
}
