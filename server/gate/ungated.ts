import type { z } from 'zod'
import { mayEverywhere } from '@/lib/access/permission'
import { accountable } from '@/lib/agent/agent'
import { demandUncontained } from '@/lib/gate/contained'
import { Refused } from '@/lib/kernel/problem'
import type { ungatedContract } from '@/lib/permit/contract'
import { maySpeakFor } from '@/lib/permit/executor'
import { enqueue } from '@/server/access/outbox-store'
import type { KnownAgent } from '@/server/agent/authenticate'
import { record } from '@/server/db/record'
import { transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { openKeyring } from '@/server/permit/keys'
import { readPermit } from '@/server/permit/read-permit'
import type { Registries } from './registry'

/**
 * An executing system tells of something that no permit covers: an agent that did not ask, or did not listen. It goes into the
 * log; whoever governs, and who answers for the agent if a permit of ours tells whose it was, is written to, once an hour for
 * the same tool at the same system (G01).
 * @throws Refused request.forbidden: the caller is no system that executes this tool; agent.contained
 */
export async function tellUngated(
  app: Instance,
  registries: Registries,
  by: KnownAgent,
  told: z.output<typeof ungatedContract>,
): Promise<boolean> {
  const { at, registry } = await registries.now()
  const scopes = registry.scopes.get(by.agent.id) ?? []
  if (!maySpeakFor({ agent: by.agent, scopes }, told.tool, at)) throw new Refused('request.forbidden')
  demandUncontained(registry, by)
  const claims = told.permit === undefined ? null : await readPermit(openKeyring(app), told.permit, at)
  const agent = claims && registry.agents.get(claims.sub)
  const application = agent && registry.applications.get(agent.application_id)
  const answerable = agent && application ? accountable(agent, application) : null
  const people = registry.people.filter(
    one =>
      one.status === 'active' &&
      (mayEverywhere(one, 'grant.review') || one.id === answerable?.owner || one.id === answerable?.backup),
  )
  const payload = JSON.stringify({ kind: 'permit.ungated', tool: told.tool, system: by.agent.name, done: told.done })
  const hour = Math.floor(at.getTime() / 3_600_000)
  const subject_id = `ungated/${by.agent.id}/${told.tool}/${told.done}/${hour}`
  await transact(app.db, async tx => {
    if (app.config.smtp)
      await enqueue(
        tx,
        at,
        people.map(one => ({ subject_id, kind: 'permit.ungated', person_id: one.id, payload })),
      )
    await record(tx, at, [
      {
        type: 'permit.ungated',
        by: { kind: 'agent', id: by.agent.id, credential_id: by.credential.id },
        subjects: [by.agent.id, ...(claims ? [claims.sub, claims.action] : [])],
        data: {
          consumer: by.agent.id,
          tool: told.tool,
          done: told.done,
          agent: claims?.sub ?? null,
          action: claims?.action ?? null,
        },
      },
    ])
  })
  return app.config.smtp !== null && people.length > 0
}
