import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { SignedIn } from '@/lib/access/permission'
import { mayEverywhere } from '@/lib/access/permission'
import type { HoldId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import type { proposalContract } from '@/lib/policy/contract'
import { defaultPack } from '@/lib/policy/pack'
import { clock, guardExclusive, touchRegistry } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { reader, type Tx, transact } from '@/server/db/tx'
import { type Proposal, proposeChange } from '@/server/hold/propose'
import type { Instance } from '@/server/instance'
import { readPoliciesAside } from './aside'
import { lockCases } from './proof-store'
import { candidateOf, demandCases, proveCandidate } from './proof-try'
import { currentPolicy, insertPolicy } from './store'

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
  await readPoliciesAside(input.source)
  const current = await currentPolicy(reader(app.db.pool))
  if (based_on !== undefined && current && current.version !== based_on)
    throw new Refused(
      'change.stale',
      `This was made of version ${based_on}; version ${current.version} is in force. Look at what has changed, and take it in.`,
    )
  await proveCandidate(app, input.source)
  return proposeChange(app, person, {
    kind: 'policy.publish',
    subject_id: 'policy',
    based_on: String(current?.version ?? 0),
    payload: input,
    agent_id: null,
    team_id: null,
    ...written,
  })
}

/** Publishing is the one change of policy: guard taken alone, so that no action is judged by the old one afterwards. */
export const policyChanges = [
  {
    kind: 'policy.publish',
    async apply(
      tx: Tx,
      _app: Instance,
      change: { payload: unknown; based_on: string | null; hold_id: string; approved_by: readonly string[] },
    ): Promise<void> {
      const { source, note } = payload.parse(change.payload)
      // Cases may have changed since it was proposed. They are run before anything is locked that the gate waits for.
      await demandCases(await candidateOf(source), await lockCases(tx))
      await touchRegistry(tx)
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
