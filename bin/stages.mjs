import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './command.mjs'
import { failedJourneys, failedTests } from './failures.mjs'
import { root } from './root.mjs'

const artefacts = join(root, '.artefacts')
const tool = (...path) => join(root, 'node_modules', ...path)

/** A check that passes or fails as a whole counts as one test. */
const check = (name, file, args) => ({
  name,
  async work({ node }) {
    const { code, output } = await run(node, [file, ...args])
    return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, output }
  },
})

/** A runner must say how many passed. One that fails without saying so counts as one failure. @param why what stands after all it printed */
function counted(passed, failed, { code, output }, why = '') {
  return { passed, failed: failed === 0 && code !== 0 ? 1 : failed, output: `${output}${why}` }
}

async function report(file, work) {
  mkdirSync(artefacts, { recursive: true })
  const path = join(artefacts, file)
  rmSync(path, { force: true })
  const done = await work(path)
  return [done, existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null]
}

const unit = {
  name: 'unit and integration',
  async work({ node }) {
    const [done, found] = await report('vitest.json', path =>
      run(node, [tool('vitest', 'vitest.mjs'), 'run', '--reporter=dot', '--reporter=json', `--outputFile=${path}`], {
        env: { NODE_ENV: 'test', NO_COLOR: '1' },
      }),
    )
    // A skipped test proves nothing and is not allowed to look as if it did.
    const skipped = (found?.numPendingTests ?? 0) + (found?.numTodoTests ?? 0)
    // A file that could not be loaded has no tests to fail: it counts as one.
    const broken = (found?.testResults ?? []).filter(
      file => file.status === 'failed' && file.assertionResults.length === 0,
    ).length
    return counted(
      found?.numPassedTests ?? 0,
      (found?.numFailedTests ?? 0) + skipped + broken,
      done,
      failedTests(found),
    )
  },
}

const journeys = {
  name: 'browser journeys',
  present: () => existsSync(join(root, 'e2e')),
  async work({ node, chromium, built }) {
    const env = {
      PLAYWRIGHT_JSON_OUTPUT_NAME: join(artefacts, 'journeys.json'),
      CHROMIUM: await chromium(),
      HOLDPOINT_NEXT_DIR: (await built()).pages,
      NO_COLOR: '1',
    }
    const [done, found] = await report('journeys.json', () =>
      run(node, [tool('@playwright', 'test', 'cli.js'), 'test', '--reporter=line,json'], { env }),
    )
    const { expected = 0, unexpected = 0, flaky = 0, skipped = 0 } = found?.stats ?? {}
    return counted(expected, unexpected + flaky + skipped, done, failedJourneys(found))
  },
}

const python = {
  name: 'Python SDK',
  present: () => existsSync(join(root, 'sdk', 'python')),
  async work() {
    const args = ['-m', 'unittest', 'discover', '-s', 'sdk/python', '-p', '*test*.py', '-t', 'sdk/python']
    const done = await run('python3', args, { env: { PYTHONDONTWRITEBYTECODE: '1' } })
    const ran = Number(/^Ran (\d+) tests?/m.exec(done.output)?.[1] ?? 0)
    const failed = [...done.output.matchAll(/(?:failures|errors|skipped)=(\d+)/g)].reduce(
      (sum, [, n]) => sum + Number(n),
      0,
    )
    if (done.code === null) return { passed: 0, failed: 1, output: `python3 is needed: ${done.output}` }
    return counted(Math.max(ran - failed, 0), ran === 0 ? 1 : failed, done)
  },
}

/** Everything that `npm test` runs, in order: what is quick to fail comes first. */
export const stages = [
  check('types', tool('typescript', 'bin', 'tsc'), ['--noEmit', '--pretty', 'false']),
  check('lint', tool('@biomejs', 'biome', 'bin', 'biome'), [
    'check',
    '--error-on-warnings',
    '--colors=off',
    '--max-diagnostics=50',
  ]),
  check('layers', tool('dependency-cruiser', 'bin', 'dependency-cruiser.mjs'), [
    '--config',
    '.dependency-cruiser.cjs',
    'app',
    'components',
    'lib',
    'server',
    ...['sdk', 'e2e', 'bench', 'examples'].filter(folder => existsSync(join(root, folder))),
  ]),
  check('purity', join(root, 'bin', 'check-purity.mjs'), []),
  check('unused', tool('knip', 'bin', 'knip.js'), ['--no-progress']),
  unit,
  python,
  journeys,
]
