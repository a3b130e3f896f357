import { randomInt } from 'node:crypto'
import { z } from 'zod'
import { classifications, environments, operations } from '@/lib/kernel/scale'
import type { Clerk } from './replay-people'
import { classificationOf } from './replay-tool'
import type { Demo } from './server'

const page = <T>(item: z.ZodType<T>) => z.object({ items: z.array(item), next_cursor: z.string().nullable() })
const application = z.object({ id: z.string(), team: z.object({ name: z.string() }) })
const tool = z.object({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  etag: z.string(),
  hints: z.unknown(),
  parameters: z.array(z.object({ name: z.string() })),
})
const generous = { per_second: 20_000, burst: 40_000, open_holds: 20_000, waits: 20_000 }

/** Letters of which no two look alike. */
const letters = 'bcdfghkmpqtxz'

/** A word that no earlier run has used, made of letters that cannot be mistaken for each other. */
export const freshWord = () => Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join('')

/** Registers an agent of this run and issues its key: production, every operation, above no ceiling, generous limits. */
export async function registerAgent(
  administrator: Clerk,
  suite: string,
  run: string,
  demo: Demo,
  approvers: readonly string[],
) {
  const known = await administrator.ask(page(application), 'GET', '/api/console/applications?limit=200')
  const deciding = demo.users.filter(user =>
    approvers.length > 0 ? approvers.includes(user.email) : user.roles.includes('approver'),
  )
  const strength = (team: string) => deciding.filter(user => user.teams.includes(team)).length
  // An agent of a team that nobody here decides for would only ever be denied.
  const home = known.items.toSorted((a, b) => strength(b.team.name) - strength(a.team.name))[0]
  if (!home) throw new Error('this Holdpoint has no application to register an agent in')
  const agent = await administrator.ask(z.object({ id: z.string() }), 'POST', '/api/console/agents', {
    name: `Replay ${suite} ${run}`,
    purpose: `Plays recorded runs of the suite ${suite}.`,
    application_id: home.id,
    environment: 'production',
    limits: generous,
    scopes: [{ tool_pattern: '*', operations, ceiling: classifications.at(-1), environments, tenants: ['*'] }],
  })
  const path = `/api/console/agents/${agent.id}/credentials`
  const { key } = await administrator.ask(z.object({ key: z.string() }), 'POST', path, {
    name: 'replay',
    expires_in_days: 1,
  })
  return { id: agent.id, key }
}

/** Says what tools are, each once, as the governor of this run. */
export class Classifier {
  private readonly done = new Map<string, Promise<void>>()

  constructor(
    private readonly administrator: Clerk,
    private readonly governor: Clerk,
  ) {}

  /** Takes definitions in, then classifies those of them that nobody has yet. */
  async importAll(suite: string, definitions: readonly unknown[]): Promise<void> {
    if (definitions.length === 0) return
    const body = { source: `replay ${suite}`, tools: definitions }
    const took = z.object({ added: z.array(z.string()), changed: z.array(z.string()), unchanged: z.array(z.string()) })
    const { added, changed, unchanged } = await this.administrator.ask(took, 'POST', '/api/console/tools/import', body)
    for (const name of [...added, ...changed, ...unchanged]) await this.classify(name)
  }

  classify(name: string): Promise<void> {
    const doing = this.done.get(name) ?? this.sayWhatItIs(name)
    this.done.set(name, doing)
    return doing
  }

  private async sayWhatItIs(name: string): Promise<void> {
    const query = new URLSearchParams({ q: name.slice(0, 100), status: 'unclassified', limit: '200' })
    const found = await this.governor.ask(page(tool), 'GET', `/api/console/tools?${query}`)
    const waiting = found.items.find(one => one.name === name)
    if (!waiting) return
    const parameters = waiting.parameters.map(one => one.name)
    const body = { classification: classificationOf(name, waiting.hints, parameters) }
    const match = { 'if-match': waiting.etag.startsWith('"') ? waiting.etag : `"${waiting.etag}"` }
    await this.governor.ask(z.unknown(), 'PATCH', `/api/console/tools/${waiting.id}`, body, match)
  }
}
