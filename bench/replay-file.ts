import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'

const step = z.object({
  tool: z.string(),
  args: z.record(z.string(), z.unknown()),
  result: z.string().default(''),
  /** For scoring alone: nothing that plays or decides reads it. */
  label: z.string().optional(),
})
const session = z.object({
  session: z.string(),
  suite: z.string().regex(/^[a-z][a-z0-9_-]{0,30}$/i, 'a short word'),
  prompt: z.string().default(''),
  steps: z.array(step),
})
export type RecordedStep = z.output<typeof step>
export type RecordedSession = z.output<typeof session>

/** Reads recorded runs, one JSON object a line. @throws Error naming the file and the line that is not one. */
export function readRuns(file: string): RecordedSession[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, at) => {
      if (line.trim() === '') return []
      try {
        return [session.parse(JSON.parse(line))]
      } catch (error) {
        throw new Error(`${file}:${at + 1} is no recorded session: ${error instanceof Error ? error.message : error}`)
      }
    })
}

/** The definitions of a suite's tools: the named file, else `<suite>-tools.json` beside the runs, else none. */
export function readTools(runs: string, suite: string, named: string | null): unknown[] {
  const file = named ?? join(dirname(runs), `${suite}-tools.json`)
  if (named === null && !existsSync(file)) return []
  return z.array(z.unknown()).parse(JSON.parse(readFileSync(file, 'utf8')))
}

/** What a suite of a file is called in tables. */
export const titleOf = (file: string, suite: string) => `${suite} (${basename(file)})`
