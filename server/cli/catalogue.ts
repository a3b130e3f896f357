import { existsSync, readFileSync } from 'node:fs'
import * as agentAnswers from '@/lib/agent/answers'
import { parseStrict } from '@/lib/kernel/json'
import * as toolAnswers from '@/lib/tool/answers'
import { importBody, listedTools } from '@/lib/tool/contract'
import { type Asking, textOf } from './asking'
import { enter } from './client'
import { Ended, exit } from './exit'
import { inertLine } from './inert'
import { span, table } from './table'

/** `agents`: who they are, and what holds them back. */
export async function agents(asking: Asking): Promise<number> {
  const { call } = enter(asking)
  const page = await call(agentAnswers.agents, 'GET', '/agents?limit=200')
  if (asking.json) asking.tell(page)
  else if (page.items.length === 0) asking.out('No agents yet.')
  else {
    const rows = page.items.map(one => [
      one.id,
      one.name,
      one.containment?.level ?? (one.observed ? 'watched only' : one.status),
      one.environment,
      one.owner.name ?? '-',
      String(one.open_holds),
      one.last_seen_at ? `${span(Date.now() - Date.parse(one.last_seen_at))} ago` : 'never',
    ])
    asking.out(table(['AGENT', 'NAME', 'STATE', 'WHERE', 'OWNER', 'HOLDS', 'SEEN'], rows))
  }
  return exit.done
}

/** `tools import`: takes an MCP tools/list, or function definitions, into the catalogue. */
export async function tools(asking: Asking): Promise<number> {
  const [verb, file] = asking.args
  if (verb !== 'import' || file === undefined) throw new Ended(exit.misused, 'tools import FILE (- reads the input)')
  const { call } = enter(asking)
  const suggested = asking.options.suggested === true
  const read = importBody.safeParse({ document: readDocument(file, asking) })
  if (!read.success) throw new Ended(exit.misused, `${file} is no list of tools: tools/list, or function definitions`)
  const prefix = textOf(asking, 'prefix') ?? ''
  const tools = listedTools(read.data).map(one => ({ ...one, name: prefix + one.name }))
  const body = { source: textOf(asking, 'source') ?? '', suggested, tools }
  const done = await call(toolAnswers.imported, 'POST', '/tools/import', body)
  if (asking.json) asking.tell(done)
  else {
    asking.out(`${done.added.length} new, ${done.changed.length} changed, ${done.unchanged.length} as they were.`)
    for (const name of done.added) asking.out(`  new      ${inertLine(name)}`)
    for (const name of done.changed) asking.out(`  changed  ${inertLine(name)}`)
    if (done.drifted.length > 0) {
      asking.out(
        'These were classified as something else. Their calls wait until somebody has said again what they are:',
      )
      for (const name of done.drifted) asking.out(`  waits    ${inertLine(name)}`)
    }
    if (done.added.length > 0) asking.out(`Somebody has to say what the new ones are: ${asking.server}/tools`)
  }
  return exit.done
}

function readDocument(file: string, asking: Asking): unknown {
  if (file !== '-' && !existsSync(file)) throw new Ended(exit.misused, `${file} is not there`)
  const read = parseStrict(file === '-' ? asking.stdin() : readFileSync(file, 'utf8'))
  if (!read.ok) throw new Ended(exit.misused, `${file} is not JSON that can be taken in`)
  return read.value
}
