import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { root } from '@/server/root'

const ending = '-agent-runs.jsonl'

/** Recorded runs that lie beside the clone, else the sample in it. */
export function recordedHere(): string[] {
  const inside = (folder: string) =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter(name => name.endsWith(ending))
          .toSorted()
          .map(name => join(folder, name))
      : []
  const beside = inside(join(root, '..', 'shared', 'data'))
  return beside.length > 0 ? beside : inside(join(root, 'server', 'replay', 'sample'))
}

/** The definitions of a suite's tools: the named file, else `<suite>-tools.json` beside the runs, else none. */
export function definitions(file: string, suite: string, named: string | undefined): unknown[] {
  const tools = named ?? join(dirname(file), `${suite}-tools.json`)
  if (named === undefined && !existsSync(tools)) return []
  return z.array(z.unknown()).parse(JSON.parse(readFileSync(tools, 'utf8')))
}
