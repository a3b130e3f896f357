import type { z } from 'zod'
import { type SignedIn, teamsFor } from '@/lib/access/permission'
import type * as answers from '@/lib/grant/answers'
import type { GrantLine } from '@/lib/grant/grant'
import { alikeGroups, coverageOf, lineFrom } from '@/lib/grant/suggest'
import { lineWords } from '@/lib/grant/words'
import { isId } from '@/lib/kernel/id'
import { findAgent } from '@/server/agent/agent-store'
import { clock } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { type Reader, reader } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { loadTools } from '@/server/tool/store'
import { agentsOf, approvedSince, pastOf, ruleRows } from './past-store'

const day = 86_400_000
const alwaysAfter = 200

/** What these lines would have covered of what this agent asked within so many days. */
export async function coveredLately(
  app: Pick<Instance, 'db' | 'vault'>,
  agent: string,
  lines: readonly GrantLine[],
  days: number,
): Promise<z.output<typeof answers.coverage>> {
  const db = reader(app.db.pool)
  const from = new Date((await clock(db)).getTime() - days * day)
  const past = await pastOf(db, app.vault, agent, [...new Set(lines.map(line => line.tool))], from)
  const { rejected, lines: byLine, ...counts } = coverageOf(lines, past)
  return {
    days,
    looked_at: past.length,
    ...counts,
    rejected: rejected.slice(0, 50).map(one => ({ action_id: one.id, at: one.at.toISOString(), code: one.code })),
    lines: [...byLine],
  }
}

/** Whose agents this person sees: null is everybody's. */
export function seenAgents(db: Reader, person: SignedIn): Promise<string[] | null> {
  const teams = teamsFor(person, 'grant.read')
  return agentsOf(db, teams === 'all' ? null : teams, person.id)
}

/** What could be approved in advance, from approvals that are alike. Nothing is made of it: a person proposes it (O12). */
export async function suggestions(
  app: Pick<Instance, 'db' | 'vault'>,
  person: SignedIn,
  agent: string | undefined,
): Promise<z.output<typeof answers.suggestions>> {
  const db = reader(app.db.pool)
  const days = 30
  const from = new Date((await clock(db)).getTime() - days * day)
  const seen = await seenAgents(db, person)
  const asked = agent === undefined ? seen : seen === null || seen.includes(agent) ? [agent] : []
  const [past, tools] = [await approvedSince(db, app.vault, asked, from), await loadTools(db)]
  const groups = alikeGroups(past).sort((a, b) => b.length - a.length)
  const items = []
  for (const group of groups.slice(0, 20)) {
    const [newest] = group
    const tool = tools.find(one => one.name === newest?.tool)
    const line = newest && tool && lineFrom(newId('gln'), group, tool)
    const known = line && isId('agt', newest.agent_id) ? await findAgent(db, newest.agent_id, false) : null
    if (!line || !known || known.status === 'retired') continue
    const { id: _, resource, amount: __, ...rest } = line
    items.push({
      agent: { id: known.id, name: known.name },
      sentence: lineWords(line),
      line: {
        ...rest,
        ...(resource.type === null
          ? {}
          : {
              resource: {
                type: resource.type,
                ...(resource.id === null ? {} : { id: resource.match === 'prefix' ? `${resource.id}*` : resource.id }),
              },
            }),
      },
      approved: group.length,
      first_at: (group.at(-1) ?? newest).at.toISOString(),
      last_at: newest.at.toISOString(),
      would_cover: await coveredLately(app, known.id, [line], days),
    })
  }
  return { items, days }
}

/** How each rule's holds went within 30 days; one that people always approve is marked. */
export async function ruleHealth(db: Reader): Promise<z.output<typeof answers.ruleHealth>> {
  const { rows, looked_at } = await ruleRows(db)
  return {
    days: 30,
    looked_at,
    rules: rows.map(row => ({ ...row, always_approved: row.approved > alwaysAfter && row.rejected === 0 })),
  }
}
