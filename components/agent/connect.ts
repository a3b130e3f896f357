import { call, type Page } from '@/components/data/client'
import type { Named } from '@/components/data/me'
import type { Preset } from '@/lib/agent/preset'
import type { Environment } from '@/lib/kernel/scale'

export interface Connected extends Named {
  readonly key: string
}

/** The application that an agent belongs to: one that is there, or the first one, for which its owner answers alone. */
export type Home = { readonly id: string } | { readonly name: string; readonly owner_id: string }

export interface Wanted {
  readonly name: string
  readonly purpose: string
  readonly home: Home
  readonly environment: Environment
  readonly preset: Preset
}

/** An application needs a team: the first that there is, or one of the same name. */
async function homeId(home: Home): Promise<string> {
  if ('id' in home) return home.id
  const teams = await call<Page<Named>>('/api/console/teams')
  const team =
    teams.items[0] ?? (await call<Named>('/api/console/teams', { method: 'POST', body: { name: home.name } }))
  const made = await call<Named>('/api/console/applications', { method: 'POST', body: { ...home, team_id: team.id } })
  return made.id
}

/** Registers an agent, with its application where there is none yet, and issues its first key. */
export async function connect({ home, ...wanted }: Wanted): Promise<Connected> {
  const agent = await call<Named>('/api/console/agents', {
    method: 'POST',
    body: { ...wanted, application_id: await homeId(home) },
  })
  const { key } = await call<{ key: string }>(`/api/console/agents/${agent.id}/credentials`, {
    method: 'POST',
    body: {},
  })
  return { id: agent.id, name: agent.name, key }
}
