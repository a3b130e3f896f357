import { existsSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './command.mjs'
import { contentHash } from './content.mjs'
import { withLock } from './lock.mjs'
import { root } from './root.mjs'
import { Problem } from './say.mjs'

const shared = ['lib', 'package-lock.json', 'tsconfig.json', 'bin/build.mjs']
const pageSources = ['app', 'components', 'docs', 'public', 'next.config.mjs', 'postcss.config.mjs', ...shared]
const serverSources = ['server', 'bench', 'sdk/typescript', 'sdk/demo', ...shared]

/** What is bundled, by the name of its bundle; an entry that is not there is left out. */
const entries = {
  server: 'server/main.ts',
  policy: 'server/policy/policy-main.ts',
  gateway: 'server/gateway/main.ts',
  asking: 'server/gateway/asking-main.ts',
  permit: 'server/permit/permit-main.ts',
  cli: 'server/cli/main.ts',
  verify: 'server/audit/verify-cli.ts',
  backup: 'server/db/backup-cli.ts',
  campaign: 'server/testing/campaign.ts',
  bench: 'bench/main.ts',
  replay: 'bench/replay.ts',
  rules: 'server/replay/main.ts',
}

const kept = 3

/**
 * Builds the server, and the pages if asked, into folders of `.build` named by their content; what is there already is
 * not built again, and two launchers build once. Answers `{ server, pages }`, folders relative to the clone.
 */
export async function build(steps, node, withPages) {
  const built = {
    server: `.build/server-${contentHash(serverSources)}`,
    pages: withPages ? `.build/pages-${contentHash(pageSources)}` : null,
  }
  const missing = () => [built.server, built.pages].filter(folder => folder && !isDone(folder))
  if (missing().length === 0) steps.skip()
  else {
    const step = steps.next(built.pages ? 'Building the server and the pages' : 'Building the server')
    try {
      await withLock(join(root, '.build', 'lock'), async () => {
        for (const folder of missing()) {
          await (folder === built.server ? buildServer(folder) : buildPages(node, folder))
          writeFileSync(join(root, folder, 'done'), '')
        }
      })
    } finally {
      step.failed()
    }
    step.done()
  }
  for (const folder of [built.server, built.pages]) {
    if (!folder) continue
    utimesSync(join(root, folder, 'done'), new Date(), new Date())
    prune(folder)
  }
  return built
}

const isDone = folder => existsSync(join(root, folder, 'done'))

/** Only our own code is bundled; packages stay where they are installed. */
async function buildServer(folder) {
  const { build: bundle } = await import('esbuild')
  const present = Object.entries(entries).filter(([, file]) => existsSync(join(root, file)))
  await bundle({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(present),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node22',
    alias: { '@': root },
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'silent',
  }).catch(error => {
    throw new Problem(`the server could not be bundled.\n${error.message}`)
  })
}

async function buildPages(node, folder) {
  const include = ['app', 'components', 'lib'].flatMap(source => [`../${source}/**/*.ts`, `../${source}/**/*.tsx`])
  const tsconfig = { extends: '../tsconfig.json', include, exclude: ['../node_modules'] }
  writeFileSync(join(root, '.build', 'tsconfig.json'), JSON.stringify(tsconfig))
  const next = join(root, 'node_modules', 'next', 'dist', 'bin', 'next')
  const env = { HOLDPOINT_NEXT_DIR: folder, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production', CI: '1' }
  const done = await run(node, [next, 'build'], { env })
  if (done.code !== 0) throw new Problem(`the pages could not be built.\n${done.output}`)
}

/** Keeps the newest builds of a kind: an instance that still runs may be serving from the one before. */
function prune(folder) {
  const kind = folder.replace(/^\.build\//, '').replace(/-[^-]*$/, '-')
  const all = readdirSync(join(root, '.build'))
    .filter(name => name.startsWith(kind))
    .map(name => join(root, '.build', name))
  const age = path => (existsSync(join(path, 'done')) ? statSync(join(path, 'done')).mtimeMs : 0)
  const old = all.sort((a, b) => age(b) - age(a)).slice(kept)
  for (const path of old) if (age(path) > 0) rmSync(path, { recursive: true, force: true })
}
