import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { root } from '@/server/root'

/** One test, as the campaign counts it. */
interface Ran {
  readonly group: string
  readonly title: string
  readonly passed: boolean
  readonly rounds: number
  readonly requests: number
  readonly failures: readonly string[]
}

/** What one file came to; `said` is what its runner said, where no test was run at all. */
interface FileRan {
  readonly tests: readonly Ran[]
  readonly said: string[]
}

const VitestReport = z.object({
  testResults: z.array(
    z.object({
      message: z.string().default(''),
      assertionResults: z.array(
        z.object({
          ancestorTitles: z.array(z.string()),
          title: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).nullish(),
          meta: z.object({ rounds: z.number().optional(), requests: z.number().optional() }).default({}),
        }),
      ),
    }),
  ),
})

const Spec = z.object({
  title: z.string(),
  tests: z.array(
    z.object({
      status: z.string(),
      annotations: z.array(z.object({ type: z.string(), description: z.string().optional() })).default([]),
      results: z.array(z.object({ errors: z.array(z.object({ message: z.string().optional() })).default([]) })),
    }),
  ),
})
const JourneysReport = z.object({
  errors: z.array(z.object({ message: z.string().optional() })).default([]),
  suites: z.array(z.object({ specs: z.array(Spec) })),
})

/** Runs a runner of tests with the campaign's counts; answers its report, or nothing, and the end of what it said. */
async function report(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ json: unknown; said: string }> {
  writeFileSync(file, '')
  const said = await new Promise<string>((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1', HOLDPOINT_CAMPAIGN: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let text = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        text = (text + chunk.toString()).slice(-4_000)
      })
    child.on('error', reject)
    child.on('close', () => resolve(text))
  })
  const text = readFileSync(file, 'utf8')
  return { json: text === '' ? null : JSON.parse(text), said }
}

/** Runs a file of tests; its report is written into `folder`. */
export async function runVitest(file: string, seed: number, folder: string): Promise<FileRan> {
  const path = join(folder, 'campaign.json')
  const args = [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    file,
    '--reporter=json',
    `--outputFile=${path}`,
  ]
  const { json, said } = await report(path, args, { NODE_ENV: 'test', HOLDPOINT_SEED: String(seed) })
  const results = json === null ? [] : VitestReport.parse(json).testResults
  return {
    tests: results
      .flatMap(one => one.assertionResults)
      .map(one => ({
        group: one.ancestorTitles.join(' › '),
        title: one.title,
        passed: one.status === 'passed',
        rounds: one.meta.rounds ?? 1,
        requests: one.meta.requests ?? 0,
        failures: one.failureMessages ?? [],
      })),
    said: [...results.map(one => one.message), said],
  }
}

/** Runs a file of journeys in the real browser; each says its rounds by an annotation. */
export async function runJourneys(file: string, seed: number, folder: string): Promise<FileRan> {
  const path = join(folder, 'campaign.json')
  const cli = join(root, 'node_modules', '@playwright', 'test', 'cli.js')
  const args = [cli, 'test', file, '--reporter=json', '--output', join(folder, 'campaign')]
  const { json, said } = await report(path, args, {
    PLAYWRIGHT_JSON_OUTPUT_NAME: path,
    HOLDPOINT_SEED: String(seed),
  })
  if (json === null) return { tests: [], said: [said] }
  const { suites, errors } = JourneysReport.parse(json)
  const tests = suites
    .flatMap(suite => suite.specs)
    .flatMap(spec => spec.tests.map(one => ({ ...one, title: spec.title })))
  return {
    tests: tests.map(one => ({
      group: '',
      title: one.title,
      passed: one.status === 'expected',
      rounds: Number(one.annotations.find(({ type }) => type === 'rounds')?.description ?? 1),
      requests: 0,
      failures: one.results.flatMap(({ errors: found }) => found.map(error => error.message ?? 'failed')),
    })),
    said: [...errors.map(one => one.message ?? 'failed'), said],
  }
}
