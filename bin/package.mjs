// Makes the bundles of the npm package (`npm pack ./npm` runs it): the command line, the gateway and the asking tools, with all
// that they need and nothing of the server.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensurePackages } from './packages.mjs'
import { root } from './root.mjs'
import { fail, Problem, Steps } from './say.mjs'

const entries = {
  holdpoint: 'bin/packaged.mjs',
  cli: 'server/cli/main.ts',
  gateway: 'server/gateway/main.ts',
  asking: 'server/gateway/asking-main.ts',
  verify: 'server/audit/verify-cli.ts',
  policy: 'server/policy/policy-main.ts',
}
const folder = join(root, 'npm', 'dist')
/** Packages of CommonJS ask for Node's own by `require`, which a module has not. */
const banner = "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);"

async function main() {
  await ensurePackages(new Steps(1, false))
  rmSync(folder, { recursive: true, force: true })
  const { build } = await import('esbuild')
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: entries,
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'shared-[hash]',
    bundle: true,
    splitting: true,
    minify: true,
    legalComments: 'none',
    platform: 'node',
    format: 'esm',
    target: 'node22',
    alias: { '@': root },
    external: ['@cedar-policy/cedar-wasm'],
    banner: { js: banner },
    metafile: true,
    logLevel: 'silent',
  }).catch(error => {
    throw new Problem(`the package could not be bundled.\n${error.message}`)
  })
  writeFileSync(join(folder, 'LICENSES.txt'), licences(Object.keys(metafile.inputs)))
}

/** The licences of everything that was bundled: most of them ask for it. */
function licences(files) {
  const packages = files.flatMap(file => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? [])
  return [...new Set(packages)]
    .sort()
    .map(path => {
      const { name, version, license } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'))
      const file = readdirSync(join(root, path)).find(one => /^(licen[cs]e|copying)/i.test(one))
      const text = file ? readFileSync(join(root, path, file), 'utf8').trim() : ''
      return `${name} ${version} (${license})\n\n${text}\n`
    })
    .join(`\n${'-'.repeat(80)}\n\n`)
}

await main().catch(fail)
