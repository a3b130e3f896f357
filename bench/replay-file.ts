import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { parseRuns, type RecordedSession, type RecordedStep } from '@/lib/session/recording'

export type { RecordedSession, RecordedStep }

/** Reads recorded runs, one JSON object a line. @throws Error naming the file and the line that is not one. */
export function readRuns(file: string): RecordedSession[] {
  try {
    return parseRuns(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : error}`)
  }
}

/** The definitions of a suite's tools: the named file, else `<suite>-tools.json` beside the runs, else none. */
export function readTools(runs: string, suite: string, named: string | null): unknown[] {
  const file = named ?? join(dirname(runs), `${suite}-tools.json`)
  if (named === null && !existsSync(file)) return []
  return z.array(z.unknown()).parse(JSON.parse(readFileSync(file, 'utf8')))
}

/** What a suite of a file is called in tables. */
export const titleOf = (file: string, suite: string) => `${suite} (${basename(file)})`
