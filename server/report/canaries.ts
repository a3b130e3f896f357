import { mayEverywhere, type SignedIn } from '@/lib/access/permission'
import { submissionContract } from '@/lib/action/contract'
import { registerBody } from '@/lib/agent/contract'
import type { Registry } from '@/lib/gate/registry'
import type { AgentId, ApplicationId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { operations } from '@/lib/kernel/scale'
import { canaryOutcome } from '@/lib/report/canary'
import { canaryTemplate, filledCanary } from '@/lib/report/canary-templates'
import { reportEvent } from '@/lib/report/events'
import { issueCredential } from '@/server/agent/credentials'
import { registerAgent } from '@/server/agent/register'
import { clock } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { freshBytes } from '@/server/db/random'
import { record } from '@/server/db/record'
import { reader, transact } from '@/server/db/tx'
import type { Served } from '@/server/gate/served'
import { submitted } from '@/server/gate/submit'
import { canaryAgents, endCanary, insertCanary, insertCanaryAgent, lockEndedCanaries } from './canary-store'

const engine = { kind: 'system', id: 'engine' } as const
const atOnce = 50

const wrong = (pointer: string, message: string) =>
  new Refused('request.invalid', message, { errors: [{ pointer, message }] })

/** What to ask, with which tool, and as which agent it appears. */
export interface Injection {
  readonly template: string
  readonly tool: string
  readonly agent_name: string
  readonly application_id: ApplicationId
}

/** The key of an agent that tests are asked with, as the gate knows it; nobody has the key itself. */
function hashOf(registry: Registry, agent: string): string | null {
  for (const [hash, credential] of registry.credentialsByHash) if (credential.agent_id === agent) return hash
  return null
}

/**
 * The agent of that name which tests are asked with. A new one is registered as any other; its one key is thrown away as it is
 * made, so that nobody can ever be given a permit for what people approve of it.
 */
async function agentFor(app: Served, by: SignedIn, { agent_name, application_id }: Injection): Promise<AgentId> {
  const registry = await app.gate.registries.refresh()
  const named = [...registry.agents.values()].find(one => one.name === agent_name && one.status !== 'retired')
  if (named) {
    if ((await canaryAgents(reader(app.db.pool))).has(named.id)) return named.id
    throw wrong('/agent_name', 'A real agent has this name')
  }
  const reach = { tool_pattern: '*', operations: operations.filter(one => one !== 'delegate'), ceiling: 'confidential' }
  const body = registerBody.safeParse({
    name: agent_name,
    application_id,
    environment: 'production',
    scopes: [{ ...reach, environments: ['production'] }],
  })
  if (!body.success) throw wrong('/agent_name', body.error.issues[0]?.message ?? 'This cannot be a name')
  const id = await registerAgent(app, by, body.data)
  await issueCredential(app, by, id, { name: '', expires_in_days: 365 })
  await transact(app.db, async tx => insertCanaryAgent(tx, id, by.id, await clock(tx)))
  return id
}

/**
 * Puts a known-bad request to people, through the gate like any other. Until it has ended nothing says what it is but who
 * injected it: the log has its action and its hold. @throws Refused 403, request.invalid: nobody would see it
 */
export async function injectCanary(app: Served, by: SignedIn, wanted: Injection): Promise<{ hold_id: string }> {
  if (!mayEverywhere(by, 'report.canary')) throw new Refused('request.forbidden')
  const template = canaryTemplate(wanted.template)
  if (!template) throw wrong('/template', 'There is no such test')
  const tool = (await app.gate.registries.refresh()).tools.get(wanted.tool)
  if (tool?.classified?.operation !== template.operation)
    throw wrong('/tool', `This test takes a classified tool of the operation ${template.operation}`)
  const agent = await agentFor(app, by, wanted)
  const hash = hashOf(await app.gate.registries.refresh(), agent)
  if (hash === null) throw wrong('/agent_name', 'This agent has no key any more: choose another name')
  const asked = filledCanary(template, 10_000 + (freshBytes(4).readUInt32BE() % 90_000))
  const submission = submissionContract.parse({ tool: wanted.tool, operation: template.operation, ...asked })
  const id = newId('cny')
  const given = submitted(hash, id, JSON.stringify(submission), submission)
  const settled = await app.gate.submit({ ...given, traced_by: 'now' })
  if (settled.is === 'refused') throw settled.refusal
  const action = settled.is === 'new' ? settled.action : null
  const hold_id = action?.hold_id
  if (!action || !hold_id || action.decision)
    throw new Refused('request.invalid', 'Rules decide this at once: nobody would see it. Choose another tool or team.')
  await transact(app.db, async tx => {
    const at = await clock(tx)
    await insertCanary(
      tx,
      { id, agent_id: agent, action_id: action.id, hold_id, template: template.id, injected_by: by.id },
      at,
    )
    // No hint: whoever listened would know at once what the approval is that has just come.
  })
  return { hold_id }
}

/** Says of tests that have ended that they were tests, and how they ended: each once, on whichever instance. */
export async function endCanaries(app: Served): Promise<number> {
  return transact(
    app.db,
    async tx => {
      const ended = await lockEndedCanaries(tx, atOnce)
      if (ended.length === 0) return 0
      const at = await clock(tx)
      const events = []
      for (const one of ended) {
        const outcome = canaryOutcome(one.status) ?? 'undecided'
        await endCanary(tx, one.id, outcome, at)
        events.push(
          reportEvent('canary.ended', engine, [one.id, one.hold_id, one.action_id, one.agent_id], {
            canary_id: one.id,
            agent_id: one.agent_id,
            action: one.action_id,
            hold: one.hold_id,
            template: one.template,
            injected_by: one.injected_by,
            injected_at: one.injected_at.toISOString(),
            outcome,
          }),
        )
      }
      tx.hint('report', '*')
      tx.hint(
        'hold',
        ended.map(one => one.hold_id),
      )
      await record(tx, at, events)
      return ended.length === atOnce ? 1 : 0
    },
    app.db.background,
  )
}
