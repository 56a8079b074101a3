/** The dependency rule of docs/architecture.md, as a gate. */
const core = '^src/(common|edi|documents|maps|tracking)/';
const adapters = ['transports', 'secrets', 'store', 'odoo', 'erp', 'jobs', 'alerts', 'web', 'cli'];

export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: ['\\.d\\.ts$', '^src/(main|cli/main|edi/index)\\.ts$', '^src/console/'],
      },
      to: {},
    },
    {
      name: 'common-stands-alone',
      severity: 'error',
      from: { path: '^src/common/' },
      to: { path: '^src/', pathNot: '^src/common/' },
    },
    {
      name: 'edi-knows-no-document',
      severity: 'error',
      from: { path: '^src/edi/' },
      to: { path: '^src/', pathNot: '^src/(common|edi)/' },
    },
    {
      name: 'documents-know-no-edi',
      severity: 'error',
      from: { path: '^src/documents/' },
      to: { path: '^src/', pathNot: '^src/(common|documents)/' },
    },
    {
      name: 'maps-join-edi-and-documents',
      severity: 'error',
      from: { path: '^src/maps/' },
      to: { path: '^src/', pathNot: '^src/(common|edi|documents|maps)/' },
    },
    {
      name: 'tracking-knows-no-segment',
      severity: 'error',
      from: { path: '^src/tracking/' },
      to: { path: '^src/', pathNot: '^src/(common|documents|tracking)/' },
    },
    {
      name: 'partners-below-pipeline',
      severity: 'error',
      from: { path: '^src/partners/' },
      to: { path: '^src/', pathNot: '^src/(common|edi|documents|maps|tracking|partners)/' },
    },
    {
      name: 'pipeline-knows-ports-only',
      severity: 'error',
      from: { path: '^src/pipeline/' },
      to: { path: '^src/', pathNot: '^src/(common|edi|documents|maps|tracking|partners|pipeline)/' },
    },
    {
      name: 'core-does-no-io',
      severity: 'error',
      from: { path: core },
      to: { dependencyTypes: ['core'] },
    },
    ...adapters.map((adapter) => ({
      name: `${adapter}-imports-no-other-adapter`,
      severity: 'error',
      from: { path: `^src/${adapter}/` },
      to: {
        path: `^src/(${adapters.filter((other) => other !== adapter).join('|')}|composition|main)(/|\\.ts$)`,
      },
    })),
    {
      name: 'console-imports-only-types-of-web',
      severity: 'error',
      from: { path: '^src/console/' },
      to: { path: '^src/', pathNot: '^src/(console|web)/', dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|node_modules)/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs'],
      conditionNames: ['import', 'node', 'types'],
    },
  },
};
