import { hash } from 'node:crypto'
import { type Submission, submissionContract } from '@/lib/action/contract'
import { candidateFor } from '@/lib/gate/candidate'
import { decide } from '@/lib/gate/decide'
import { agentIn, meaningsIn, type Registry } from '@/lib/gate/registry'
import type { Ruling } from '@/lib/gate/ruling'
import { lineProblems } from '@/lib/grant/check'
import { envelopeContract, lineOf, linesContract } from '@/lib/grant/contract'
import { ofClass } from '@/lib/grant/cover'
import { type GrantLine, mostLines } from '@/lib/grant/grant'
import { type Requirement, required } from '@/lib/hold/requirement'
import type { BeforeCall } from '@/lib/hook/contract'
import { distinct, isOrdinary, type Work, workOf } from '@/lib/hook/envelope'
import { termsOf } from '@/lib/hook/envelope-terms'
import { envelopeReason } from '@/lib/hook/said'
import { actionDigest } from '@/lib/kernel/digest'
import { Refused } from '@/lib/kernel/problem'
import { nothingPinned } from '@/lib/policy/facts'
import { inLine } from '@/server/authzen/line'
import { readContent } from '@/server/db/content-store'
import { isOutage, reader } from '@/server/db/tx'
import { askForEnvelope } from '@/server/grant/create'
import { findByKey, findGrant, type GrantRow } from '@/server/grant/store'
import { lastSaid } from '@/server/session/source-store'
import type { Calling } from './before-call'
import { heldInSession, keyOf } from './store'

/** A class of calls, and how one of them would be ruled, were it made now. */
interface Judged {
  readonly work: Work
  readonly ruling: Ruling
  readonly approvals: number
}

const mostApprovals = 3
const draft: GrantLine['id'] = 'gln_0'

/** Nobody can use this key for anything else, and a session has one: so it is asked for once, whoever asks, and wherever. */
const envelopeKey = (session: string): string => keyOf(session)

/**
 * The envelope of this session, asked for now where it was not yet: once a session, whatever became of it. Null where there is
 * nothing that people could agree to in advance, or nobody who could. A call that waits does so with it or without it: what
 * fails here changes nothing about that.
 */
export async function envelopeOf(call: Calling, event: BeforeCall, submission: Submission): Promise<GrantRow | null> {
  const { app, by } = call
  const db = reader(app.db.pool)
  const key = envelopeKey(event.session_id)
  try {
    const asked = await findByKey(db, by.agent.id, key)
    if (asked) return asked
    // Those who wait at one moment would ask the same, and only one of them be heard.
    return await inLine(app, `${by.agent.id} ${key}`, call.signal, async () => {
      const meanwhile = await findByKey(db, by.agent.id, key)
      return meanwhile ?? askNow(call, event, submission, key)
    })
  } catch (error) {
    if (!(error instanceof Refused) && !isOutage(error)) app.log.error({ err: error }, 'no envelope could be asked for')
    return null
  }
}

async function askNow(call: Calling, event: BeforeCall, submission: Submission, key: string): Promise<GrantRow | null> {
  const { app, by } = call
  const wanted = await wantedBy(call, event, submission)
  if (!wanted) return null
  const principal = { kind: 'agent', id: by.agent.id, credential_id: by.credential.id } as const
  const digest = hash('sha256', key, 'buffer')
  const { body, approvals } = wanted
  return findGrant(reader(app.db.pool), await askForEnvelope(app, principal, body, { key, digest, approvals }))
}

async function wantedBy(call: Calling, event: BeforeCall, submission: Submission) {
  const { app, by } = call
  const cwd = event.cwd ?? ''
  const { at, registry } = await app.gate.registries.now()
  const calls = [submission, ...(await others(call, event.session_id))]
  const works = calls.flatMap(one => workOf(one, cwd, meaningsIn(registry, one.tool)))
  const judged = distinct(works, mostLines).flatMap(work => judgedBy(registry, by, work, event.session_id, at) ?? [])
  const [first] = judged
  const terms = first?.ruling.given && termsOf(registry.policy, first.ruling.given)
  if (!terms) return null
  const body = envelopeContract.safeParse({
    session: event.session_id,
    reason: envelopeReason(submission, await lastSaid(reader(app.db.pool), app.vault, by.agent.id, event.session_id)),
    expires_in_seconds: terms.seconds,
    lines: judged.map(({ work }) => ({ ...work.line, count: terms.times })),
  })
  return body.success ? { body: body.data, approvals: Math.max(...judged.map(one => one.approvals)) } : null
}

/** The other calls of the session that people were asked about. */
async function others({ app, by }: Calling, session: string): Promise<Submission[]> {
  const db = reader(app.db.pool)
  const ids = await heldInSession(db, by.agent.id, session)
  const contents = ids.length > 0 ? await readContent(db, app.vault, ids) : new Map()
  return ids.flatMap(id => {
    const body: string | undefined = contents.get(id)?.parts.get('body')
    const read = submissionContract.safeParse(JSON.parse(body ?? 'null'))
    return read.success ? [read.data] : []
  })
}

/**
 * A class of calls with how one of them would be ruled; null where people would not be asked about it by rules alone, could not
 * agree to it in advance, or not those who answer for what is approved in advance.
 */
function judgedBy(registry: Registry, by: Calling['by'], work: Work, session: string, at: Date): Judged | null {
  const known = agentIn(registry, by.agent.id)
  const tool = registry.tools.get(work.line.tool)
  if (!known || !tool?.classified || !isOrdinary(tool.classified.operation)) return null
  if (!linesContract.safeParse([work.line]).success) return null
  const line = { id: draft, ...lineOf(work.line, tool, known.agent.environment) }
  if (lineProblems(line, tool).length > 0) return null
  const { ruling, asked } = ruledNow(registry, by, { submission: work.example, session, at })
  if (ruling.is !== 'held' || ruling.why.some(one => one.kind !== 'rule')) return null
  const approvals = required(ruling.requirement)
  return approvals <= mostApprovals && asksTeam(ruling.requirement) && ofClass(line, asked)
    ? { work, ruling, approvals }
    : null
}

/** What is approved in advance is agreed to by approvers of the agent's team: they stand in for nobody else. */
const asksTeam = ({ stages }: Requirement): boolean =>
  stages.every(({ who }) => who.some(one => one.relation === 'team_approvers' || one.relation === 'any_approver'))

/** How the gate would rule on this call, without its past: and how a standing approval would see it. */
export function ruledNow(
  registry: Registry,
  by: Calling['by'],
  { submission, session, at }: { readonly submission: Submission; readonly session: string; readonly at: Date },
) {
  const known = agentIn(registry, by.agent.id)
  if (!known) throw new Refused('credential.invalid')
  const memory = { rejected_recently: false, outcome_unknown: false, open_holds: 0, too_many_tools: false }
  const digest = actionDigest({ ...submission, resource: submission.resource ?? null }, text => hash('sha256', text))
  const credential_id = by.credential.id
  const candidate = candidateFor(
    { submission, digest, known, credential_id, session, fact: null, memory, pinned: () => nothingPinned },
    registry,
    at,
  )
  const { resolved } = candidate
  const ruling = decide(candidate, registry, at)
  const asked = {
    ...resolved,
    agent_id: by.agent.id,
    tool: submission.tool,
    attributes: submission.resource?.attributes !== undefined,
    params: submission.params,
    session,
    task: submission.context?.task ?? null,
    approvals: ruling.is === 'held' ? required(ruling.requirement) : 0,
    at,
  }
  return { candidate, ruling, asked }
}
