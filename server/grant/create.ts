import type { z } from 'zod'
import { mayIn, type SignedIn } from '@/lib/access/permission'
import { lineProblems } from '@/lib/grant/check'
import { type envelopeContract, type GrantBody, type LineInput, lineOf } from '@/lib/grant/contract'
import type { GrantKind, GrantLine } from '@/lib/grant/grant'
import { digestOf } from '@/lib/kernel/digest'
import type { AgentId, GrantId } from '@/lib/kernel/id'
import type { Principal } from '@/lib/kernel/principal'
import { Refused } from '@/lib/kernel/problem'
import { findAgent, type Registration } from '@/server/agent/agent-store'
import { seesAgent } from '@/server/agent/authority'
import { newId } from '@/server/db/id'
import { type Reader, reader, type Tx } from '@/server/db/tx'
import { proposeChange, proposeForAgent } from '@/server/hold/propose'
import type { Instance } from '@/server/instance'
import { loadTools } from '@/server/tool/store'
import { basisOf } from './basis-store'
import { findByKey, insertGrant, lockAsks, openAsks } from './store'

const fourHours = 4 * 3_600_000
const mostOpen = 20

interface Wanted {
  readonly kind: GrantKind
  readonly task?: string | undefined
  readonly session?: string | undefined
  readonly reason: string
  readonly expires_in_seconds: number
  readonly approvals: number
  readonly lines: readonly LineInput[]
}

/** The lines as they would be kept. @throws Refused (400) that points at what cannot be approved in advance (P15) */
export async function readLines(db: Reader, agent: Registration, inputs: readonly LineInput[]): Promise<GrantLine[]> {
  const tools = new Map((await loadTools(db)).map(tool => [tool.name, tool]))
  const lines = inputs.map(input => lineOf(input, tools.get(input.tool) ?? null, agent.environment))
  const errors = lines.flatMap((line, at) =>
    lineProblems(line, tools.get(line.tool) ?? null).map(one => ({ ...one, pointer: `/lines/${at}${one.pointer}` })),
  )
  if (errors.length > 0) throw new Refused('request.invalid', 'Some of this cannot be approved in advance.', { errors })
  return lines.map(line => ({ id: newId('gln'), ...line }))
}

async function drafted(db: Reader, agent: Registration, wanted: Wanted) {
  const lines = await readLines(db, agent, wanted.lines)
  const basis = await basisOf(db, agent.id, lines)
  if (!basis) throw new Refused('agent.retired')
  const id = newId('grt')
  const { kind, reason, expires_in_seconds: seconds, approvals } = wanted
  const terms = { kind, session: wanted.session ?? null, task: wanted.task ?? null, reason, seconds, approvals, lines }
  const who = [
    ...(kind === 'break_glass' ? [] : [{ relation: 'team_approvers', team_id: agent.team_id } as const]),
    { relation: 'governing' } as const,
  ]
  return {
    id,
    write: (tx: Tx, hold: string, at: Date, by: { requested_by?: string; key?: string; body_digest?: Buffer }) => {
      tx.hint('grant', [id, agent.id])
      return insertGrant(tx, {
        ...terms,
        id,
        agent_id: agent.id,
        basis,
        hold_id: hold,
        requested_by: by.requested_by ?? null,
        key: by.key ?? null,
        body_digest: by.body_digest ?? null,
        created_at: at,
      })
    },
    proposal: {
      kind: kind === 'break_glass' ? 'grant.break_glass' : 'grant.create',
      subject_id: id,
      based_on: digestOf(basis),
      payload: { grant_id: id, agent_id: agent.id, ...terms },
      agent_id: agent.id,
      team_id: agent.team_id,
      asks: { stages: [{ approvals, who }], veto: true },
      sentence:
        kind === 'break_glass'
          ? 'Breaking the glass needs a second person who governs.'
          : 'What is approved in advance needs people who are independent of the agent.',
    },
  }
}

/** May this person ask for a standing approval of this agent: who governs or approves in its team, and who answers for it. */
export function mayPropose(person: SignedIn, agent: Pick<Registration, 'team_id' | 'owner' | 'backup'>): boolean {
  return mayIn(person, 'grant.propose', agent.team_id) || agent.owner === person.id || agent.backup === person.id
}

/**
 * A person proposes a standing approval; others agree to it (four eyes).
 * @throws Refused request.not_found, request.forbidden, request.invalid, agent.retired
 */
export async function proposeGrant(
  app: Instance,
  person: SignedIn,
  body: GrantBody,
): Promise<{ id: GrantId; hold_id: string }> {
  const db = reader(app.db.pool)
  const agent = await findAgent(db, body.agent_id, false)
  if (!agent || !seesAgent(person, agent)) throw new Refused('request.not_found')
  if (!mayPropose(person, agent)) throw new Refused('request.forbidden')
  if (body.kind === 'break_glass' && !mayIn(person, 'containment.contain', agent.team_id))
    throw new Refused('request.forbidden', 'Administrators and governors break the glass.')
  const draft = await drafted(db, agent, body)
  const { hold_id } = await proposeChange(app, person, {
    ...draft.proposal,
    alongside: async (tx, hold, at) => void (await draft.write(tx, hold, at, { requested_by: person.id })),
  })
  return { id: draft.id, hold_id }
}

/**
 * An agent asks for what one task needs. The same key and body again is the same ask. `approvals`: of how many people (one).
 * @throws Refused idempotency.conflict, limit.open_holds, request.invalid, request.forbidden when nobody could decide it
 */
export async function askForEnvelope(
  app: Instance,
  by: Extract<Principal, { kind: 'agent' }>,
  body: z.output<typeof envelopeContract>,
  asked: { readonly key: string; readonly digest: Buffer; readonly approvals?: number },
): Promise<GrantId> {
  const db = reader(app.db.pool)
  const known = await same(db, by.id, asked)
  if (known) return known
  const agent = await findAgent(db, by.id, false)
  if (!agent) throw new Refused('credential.invalid')
  await demandRoom(db, by.id)
  const draft = await drafted(db, agent, { ...body, kind: 'envelope', approvals: asked.approvals ?? 1 })
  try {
    await proposeForAgent(
      app,
      by,
      {
        ...draft.proposal,
        alongside: async (tx, hold, at) => {
          // Asks of one agent are counted one after another; this one is there by then.
          await lockAsks(tx, by.id)
          if (!(await draft.write(tx, hold, at, { key: asked.key, body_digest: asked.digest }))) throw new Raced()
          await demandRoom(tx, by.id, mostOpen + 1)
        },
      },
      fourHours,
    )
  } catch (error) {
    const other = error instanceof Raced ? await same(db, by.id, asked) : null
    if (!other) throw error
    return other
  }
  return draft.id
}

/** @throws Refused limit.open_holds */
async function demandRoom(db: Reader, agent: AgentId, from = mostOpen): Promise<void> {
  if ((await openAsks(db, agent)) >= from)
    throw new Refused('limit.open_holds', `${mostOpen} asks of this agent wait already.`)
}

/** Its twin was written first. */
class Raced extends Error {}

async function same(db: Reader, agent: AgentId, asked: { key: string; digest: Buffer }): Promise<GrantId | null> {
  const before = await findByKey(db, agent, asked.key)
  if (!before) return null
  if (!before.body_digest?.equals(asked.digest))
    throw new Refused('idempotency.conflict', 'This Idempotency-Key was used with another body.')
  return before.id
}
