import type { z } from 'zod'
import { type SignedIn, teamsFor } from '@/lib/access/permission'
import type * as answers from '@/lib/grant/answers'
import type { GrantLine } from '@/lib/grant/grant'
import { alikeGroups, alikeTo, coverageOf, lineFrom, type Past } from '@/lib/grant/suggest'
import { lineWords } from '@/lib/grant/words'
import { isId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { findAgent } from '@/server/agent/agent-store'
import { clock } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { type Reader, reader } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { loadTools } from '@/server/tool/store'
import { agentsOf, approvedSince, oneOf, pastOf, ruleRows } from './past-store'

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
  const items: Suggestion[] = []
  for (const group of groups.slice(0, 20)) {
    const tool = tools.find(one => one.name === group[0]?.tool)
    const line = tool && lineFrom(newId('gln'), group, tool)
    const item = line && (await suggestion(app, group, line, days))
    if (item) items.push(item)
  }
  return { items, days }
}

/**
 * What actions like this one have in common, where they waited within 14 days or would have: what a form begins with. One
 * item, or none where the class cannot be approved in advance.
 * @throws Refused `request.not_found` where this person does not see the action
 */
export async function suggestedBy(
  app: Pick<Instance, 'db' | 'vault'>,
  person: SignedIn,
  action: string,
): Promise<z.output<typeof answers.suggestions>> {
  const db = reader(app.db.pool)
  const days = 14
  const [example, seen] = [await oneOf(db, app.vault, action), await seenAgents(db, person)]
  if (!example || (seen !== null && !seen.includes(example.agent_id))) throw new Refused('request.not_found')
  const from = new Date((await clock(db)).getTime() - days * day)
  const group = alikeTo(example, await pastOf(db, app.vault, example.agent_id, [example.tool], from))
  const tool = (await loadTools(db)).find(one => one.name === example.tool)
  // Where they share too little, it begins with that one alone.
  const line = tool && (lineFrom(newId('gln'), group, tool, 2) ?? lineFrom(newId('gln'), [example], tool, 1))
  const item = line && (await suggestion(app, group, line, days))
  return { items: item ? [item] : [], days }
}

type Suggestion = z.output<typeof answers.suggestions>['items'][number]

/** Alike actions with the line that they make; null where their agent is no more. */
async function suggestion(
  app: Pick<Instance, 'db' | 'vault'>,
  group: readonly Past[],
  line: GrantLine,
  days: number,
): Promise<Suggestion | null> {
  const [newest] = [...group].sort((a, b) => b.at.getTime() - a.at.getTime())
  const known =
    newest && isId('agt', newest.agent_id) ? await findAgent(reader(app.db.pool), newest.agent_id, false) : null
  if (!newest || !known || known.status === 'retired') return null
  const { id: _, resource, amount: __, ...rest } = line
  return {
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
    approved: group.filter(one => one.status === 'approved').length,
    first_at: new Date(Math.min(...group.map(one => one.at.getTime()))).toISOString(),
    last_at: newest.at.toISOString(),
    would_cover: await coveredLately(app, known.id, [line], days),
  }
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
