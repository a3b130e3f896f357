import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { SignedIn } from '@/lib/access/permission'
import { mayEverywhere } from '@/lib/access/permission'
import type { HoldId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import type { proposalContract } from '@/lib/policy/contract'
import type { Rule } from '@/lib/policy/judge'
import { defaultPack } from '@/lib/policy/pack'
import { writtenFor } from '@/lib/policy/written-for'
import { openAccountability } from '@/server/agent/accountability-store'
import { clock, guardExclusive, touchRegistry } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { type Reader, reader, type Tx, transact } from '@/server/db/tx'
import { type ApprovedChange, type Proposal, proposeChange } from '@/server/hold/propose'
import type { Instance } from '@/server/instance'
import { readPoliciesAside } from './aside'
import { lockCases } from './proof-store'
import { asksByName, candidateOf, demandCases, proveCandidate } from './proof-try'
import { currentPolicy, insertPolicy, missingApprovalPolicies } from './store'

const payload = z.object({ source: z.string(), note: z.string() })
export const digestOf = (source: string) => `sha256:${createHash('sha256').update(source).digest('hex')}`

/**
 * Proposes another policy: checked now, published once a second person agrees, and only if nobody was faster. Whoever wrote
 * it with the proposer does not agree to it either.
 * @throws Refused policy.invalid; policy.cases_failed, policy.slow where it does not stand the proof; change.stale where it was
 * made of a version that is not in force any more
 */
export async function proposePolicy(
  app: Instance,
  person: SignedIn,
  { based_on, ...input }: z.infer<typeof proposalContract>,
  written: Pick<Proposal, 'authors' | 'alongside'> = {},
): Promise<{ hold_id: HoldId }> {
  if (!mayEverywhere(person, 'policy.propose')) throw new Refused('request.forbidden')
  const db = reader(app.db.pool)
  const { policies, rules } = await readPoliciesAside(input.source)
  await demandApprovalPolicies(db, rules)
  const current = await currentPolicy(db)
  if (based_on !== undefined && current && current.version !== based_on)
    throw new Refused(
      'change.stale',
      `This was made of version ${based_on}; version ${current.version} is in force. Look at what has changed, and take it in.`,
    )
  await proveCandidate(app, input.source)
  const before = current ? (await readPoliciesAside(current.source)).policies : {}
  const about = writtenFor(before, policies)
  return proposeChange(app, person, {
    kind: 'policy.publish',
    subject_id: 'policy',
    based_on: String(current?.version ?? 0),
    payload: input,
    agent_id: null,
    team_id: null,
    ...written,
    touches: about.length > 0,
    alongside: async (tx, hold, at) => {
      await written.alongside?.(tx, hold, at)
      // Within a week it is in force, or over: whoever wrote it counts as its editor until then, and 30 days on.
      const until = new Date(at.getTime() + 7 * 24 * 3_600_000)
      for (const subject of about)
        for (const editor of new Set([person.id, ...(written.authors ?? [])]))
          await openAccountability(tx, subject, editor, 'policy_editor', at, until)
    },
  })
}

/** @throws Refused policy.invalid where a rule names an approval policy that is not there: it would hold for nobody */
async function demandApprovalPolicies(db: Reader, rules: ReadonlyMap<string, Rule>): Promise<void> {
  const named = [...rules.values()].flatMap(rule => rule.requirement ?? [])
  const missing = named.length === 0 ? [] : await missingApprovalPolicies(db, [...new Set(named)])
  if (missing.length > 0)
    throw new Refused(
      'policy.invalid',
      `There is no approval policy named ${missing.map(one => `“${one}”`).join(', ')}.`,
    )
}

/** Publishing is the one change of policy: guard taken alone, so that no action is judged by the old one afterwards. */
export const policyChanges = [
  {
    kind: 'policy.publish',
    async apply(tx: Tx, _app: Instance, change: ApprovedChange): Promise<void> {
      const { source, note } = payload.parse(change.payload)
      // Cases may have changed since it was proposed. They are run before anything is locked that the gate waits for.
      const { rules } = await readPoliciesAside(source)
      await demandCases(await candidateOf(source), await asksByName(tx), await lockCases(tx))
      await touchRegistry(tx)
      // One that a rule names may have been retired since; whoever retires waits for the same row.
      await demandApprovalPolicies(tx, rules)
      const current = await currentPolicy(tx)
      if (String(current?.version ?? 0) !== change.based_on) throw new Refused('change.stale')
      await guardExclusive(tx)
      await publish(tx, (current?.version ?? 0) + 1, source, note, change.hold_id, change.approved_by[0] ?? 'engine')
    },
  },
] as const

async function publish(
  tx: Tx,
  version: number,
  source: string,
  note: string,
  hold: string | null,
  by: string,
): Promise<void> {
  const at = await clock(tx)
  await insertPolicy(tx, {
    version,
    source,
    digest: digestOf(source),
    note,
    hold_id: hold,
    published_by: by,
    published_at: at,
  })
  tx.hint('policy', '*')
  await record(tx, at, [
    {
      type: 'policy.published',
      by: { kind: 'system', id: hold ? 'engine' : 'setup' },
      subjects: ['policy', ...(hold ? [hold] : [])],
      data: { version, source, digest: digestOf(source), hold, by },
    },
  ])
}

/** The first start publishes the default pack; any later one leaves what is in force. */
export async function publishDefaultPack(app: Pick<Instance, 'db'>, demo: boolean): Promise<void> {
  await transact(app.db, async tx => {
    await touchRegistry(tx)
    if (await currentPolicy(tx)) return
    await guardExclusive(tx)
    await publish(tx, 1, defaultPack({ demo }), 'The default pack.', null, 'setup')
  })
}
