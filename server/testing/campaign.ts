import { execFileSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '@/server/root'
import { runJourneys, runVitest } from './campaign-run'

/** The tests and journeys whose rounds the campaign multiplies by ten: whichever ask for the scale. */
const files = ['lib', 'server', 'e2e']
  .flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(one => join(folder, one)),
  )
  .filter(file => {
    const asks = file.endsWith('.test.ts') ? "inject('scale')" : file.endsWith('.spec.ts') ? 'HOLDPOINT_CAMPAIGN' : null
    return asks !== null && readFileSync(join(root, file), 'utf8').includes(asks)
  })
  .sort()
const usage = `Usage: holdpoint campaign [PART] [--seed N]

Runs the races, cuts, kills and broken requests with full counts, and appends what came of them to docs/campaign-ledger.md.
PART chooses the files whose name contains it; --seed repeats what an earlier run drew.
`
const ledger = join(root, 'docs', 'campaign-ledger.md')
const head = `# Campaign ledger

What \`npm run campaign\` has run, oldest first; written by it, one section a run. The seed repeats what was drawn at random:
\`npm run campaign -- --seed N\`. Where a test is one of many alike they are counted together. Moments at which processes
meet are the machine's, and no seed repeats them.
`

/** One line of the ledger. */
interface Row {
  readonly test: string
  readonly rounds: number
  readonly requests: number
  readonly passed: number
  readonly failed: number
}

/** Runs one file with full counts. Answers its lines, and what it said where something failed. */
async function runFile(file: string, seed: number): Promise<{ rows: Row[]; failures: string[] }> {
  const folder = join(root, '.artefacts')
  mkdirSync(folder, { recursive: true })
  const { tests, said } = file.endsWith('.spec.ts')
    ? await runJourneys(file, seed, folder)
    : await runVitest(file, seed, folder)
  if (tests.length === 0)
    return { rows: [{ test: file, rounds: 0, requests: 0, passed: 0, failed: 1 }], failures: said }
  const rows: Row[] = []
  for (const [group, inside] of Map.groupBy(tests, one => one.group)) {
    const many = inside.length > 20
    for (const some of many ? [inside] : inside.map(one => [one])) {
      const passed = some.filter(one => one.passed).length
      rows.push({
        test: many ? `${group} (${some.length} tests)` : [group, some[0]?.title].filter(Boolean).join(' › '),
        rounds: some.reduce((sum, one) => sum + one.rounds, 0),
        requests: some.reduce((sum, one) => sum + one.requests, 0),
        passed,
        failed: some.length - passed,
      })
    }
  }
  return { rows, failures: tests.flatMap(one => one.failures) }
}

const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()

function commit(): string {
  try {
    const changed = git('status', '--porcelain', '--', 'server', 'lib', 'prisma', 'sdk') !== ''
    return git('rev-parse', '--short', 'HEAD') + (changed ? ' with changes' : '')
  } catch {
    return 'not known'
  }
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

function section(seed: number, began: Date, seconds: number, rows: readonly Row[]): string {
  const lines = rows.map(({ test, rounds, requests, passed, failed }) => {
    const result = failed > 0 ? `**${failed} failed**, ${passed} passed` : 'passed'
    return `| ${cell(test)} | ${rounds} | ${requests === 0 ? '' : requests} | ${result} |`
  })
  const at = began.toISOString().slice(0, 16).replace('T', ' ')
  return `
## ${at} UTC · commit ${commit()} · seed ${seed}

Node ${process.versions.node}, ${cpus().length} processors, ${seconds} s.

| test | rounds | requests | result |
| ---- | -----: | -------: | ------ |
${lines.join('\n')}
`
}

/** Answers 0 when everything passed, 1 when not, 2 when asked wrongly. */
async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { seed: { type: 'string' }, help: { type: 'boolean' } },
  })
  const seed = values.seed === undefined ? randomInt(1, 2 ** 31) : Number(values.seed)
  const chosen = files.filter(file => positionals.every(part => file.includes(part)))
  if (values.help || !Number.isSafeInteger(seed) || chosen.length === 0) {
    process.stderr.write(usage)
    return values.help ? 0 : 2
  }
  const began = new Date()
  const seconds = () => Math.round((Date.now() - began.getTime()) / 1_000)
  process.stdout.write(`Campaign of ${chosen.length} files, seed ${seed}\n`)
  const rows: Row[] = []
  for (const [at, file] of chosen.entries()) {
    process.stdout.write(`[${at + 1}/${chosen.length}] ${file} …\n`)
    const from = seconds()
    const found = await runFile(file, seed)
    rows.push(...found.rows)
    for (const failure of found.failures) process.stdout.write(`${failure}\n`)
    const [passed, failed] = [sum(found.rows, 'passed'), sum(found.rows, 'failed')]
    process.stdout.write(
      `[${at + 1}/${chosen.length}] ${file}: ${passed} passed, ${failed} failed, ${sum(found.rows, 'requests')} requests (${seconds() - from} s)\n`,
    )
  }
  if (!existsSync(ledger)) writeFileSync(ledger, head)
  appendFileSync(ledger, section(seed, began, seconds(), rows))
  process.stdout.write(
    `${sum(rows, 'passed')} passed, ${sum(rows, 'failed')} failed; kept in docs/campaign-ledger.md\n`,
  )
  return sum(rows, 'failed') === 0 ? 0 : 1
}

const sum = (rows: readonly Row[], name: 'passed' | 'failed' | 'requests') =>
  rows.reduce((total, row) => total + row[name], 0)

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`holdpoint campaign: ${error instanceof Error ? error.message : String(error)}\n`)
  return 2
})
