import { mayEverywhere, mayIn, type SignedIn } from '@/lib/access/permission'
import { skeleton } from '@/lib/kernel/confusable'
import type { AgentId, ApplicationId, PersonId, TeamId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { recorderTool, voucherTool } from '@/lib/session/recorder'
import { reporterTool } from '@/lib/tool/reporter'
import type { Reader } from '@/server/db/tx'
import { activePeople, findHome, findLookalike } from './agent-store'

/** Refuses a name that is another agent's, or looks like it (U18). Returns the skeleton to store. */
export async function demandOwnName(db: Reader, name: string, except: AgentId | null): Promise<string> {
  const bones = skeleton(name)
  const other = await findLookalike(db, name, bones, except)
  if (other !== null) {
    throw new Refused('agent.confusable', `This name can be mistaken for “${other}”.`, {
      errors: [{ pointer: '/name', message: `Too much like “${other}”` }],
    })
  }
  return bones
}

/** Refuses owner and backup who are the same, unknown or disabled; null is the application's. */
export async function demandAccountable(
  db: Reader,
  home: { owner_id: PersonId; backup_id: PersonId | null },
  owner: PersonId | null,
  backup: PersonId | null,
): Promise<void> {
  const named = [owner, backup].filter(id => id !== null)
  const active = await activePeople(db, named)
  const errors = [
    ...(owner !== null && !active.has(owner) ? [{ pointer: '/owner_id', message: 'Not an active person' }] : []),
    ...(backup !== null && !active.has(backup) ? [{ pointer: '/backup_id', message: 'Not an active person' }] : []),
    ...(backup !== null && backup === (owner ?? home.owner_id)
      ? [{ pointer: '/backup_id', message: 'Must be another person than the owner' }]
      : []),
  ]
  if (errors.length > 0) throw new Refused('agent.owner_invalid', undefined, { errors })
}

/** Finds the application, and refuses one that this person does not see (400, at the field) or may not register for (403). */
export async function demandHome(
  db: Reader,
  person: SignedIn,
  id: ApplicationId,
): Promise<{ team_id: TeamId; owner_id: PersonId; backup_id: PersonId | null }> {
  const home = await findHome(db, id)
  if (!home || !mayIn(person, 'registry.read', home.team_id)) {
    throw new Refused('request.invalid', 'There is no such application.', {
      errors: [{ pointer: '/application_id', message: 'No such application' }],
    })
  }
  if (!mayIn(person, 'registry.write', home.team_id)) throw new Refused('request.forbidden')
  return home
}

const reaching = new Set([recorderTool, voucherTool, reporterTool])

/**
 * Refuses scopes that reach past the agent's own team to whoever governs a team alone: what is recorded counts for other agents'
 * decisions, and how a tool is described for everybody who calls it. @throws Refused `request.forbidden`
 */
export function demandMayGive(person: SignedIn, scopes: readonly { readonly tool_pattern: string }[]): void {
  const past = scopes.find(({ tool_pattern }) => reaching.has(tool_pattern))
  if (past && !mayEverywhere(person, 'registry.write'))
    throw new Refused(
      'request.forbidden',
      `${past.tool_pattern} reaches every team: the organisation’s governors give it.`,
    )
}
