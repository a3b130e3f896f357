import { maySomewhere, type Permission, permissions, type SignedIn, teamsFor } from '@/lib/access/permission'
import { roleChangeKind } from '@/lib/access/role-change'
import { etagOf } from '@/lib/kernel/etag'
import { Refused } from '@/lib/kernel/problem'
import { type Page, pageOf, readCursor } from '@/server/db/page'
import type { Reader } from '@/server/db/tx'
import { waitingChanges } from '@/server/hold/propose'
import { loadTeams } from './organisation-store'
import { listSignIns } from './sign-in-store'
import { listMembers, type MemberLine } from './view-store'

function member(line: MemberLine, teams: ReadonlyMap<string, string>, waiting: ReadonlyMap<string, string>) {
  const { key: _, version, ...rest } = line
  const roles = line.roles.map(one => ({
    ...one,
    team_name: one.team_id === null ? null : (teams.get(one.team_id) ?? one.team_id),
  }))
  return { ...rest, roles, waiting_hold_id: waiting.get(line.id) ?? null, etag: etagOf(version) }
}
/** The open changes by which they would get roles, as far as this person's roles reach: they concern the organisation. */
function waitingFor(db: Reader, lines: readonly MemberLine[], everywhere: boolean) {
  return waitingChanges(db, roleChangeKind, everywhere ? lines.map(line => line.id) : [])
}
export type Member = ReturnType<typeof member>

/** A page of members, as far as this person's roles reach. */
export async function pageMembers(
  db: Reader,
  person: SignedIn,
  query: {
    q?: string | undefined
    status?: string | undefined
    sort: 'name' | '-created'
    limit: number
    cursor?: string | undefined
  },
): Promise<Page<Member>> {
  const reach = teamsFor(person, 'members.read')
  const filter = { q: query.q, status: query.status, sort: query.sort, teams: reach === 'all' ? null : reach }
  const lines = await listMembers(db, filter, readCursor(query.cursor, 2), query.limit + 1)
  const page = pageOf(lines, query.limit, line => [line.key, line.id])
  const teams = await loadTeams(db)
  const waiting = await waitingFor(db, lines, reach === 'all')
  return { ...page, items: page.items.map(line => member(line, teams, waiting)) }
}

/** One member. @throws Refused `request.not_found` */
export async function readMember(db: Reader, person: SignedIn, id: string): Promise<Member> {
  const reach = teamsFor(person, 'members.read')
  const [line] = await listMembers(db, { id, sort: 'name', teams: reach === 'all' ? null : reach }, null, 1)
  if (!line) throw new Refused('request.not_found')
  return member(line, await loadTeams(db), await waitingFor(db, [line], reach === 'all'))
}

/** Where this person is signed in. */
export async function showSignIns(db: Reader, person: SignedIn) {
  const found = await listSignIns(db, person.id)
  return found.map(one => ({
    id: one.id,
    method: one.method,
    created_at: one.created_at,
    last_seen_at: one.last_seen_at,
    expires_at: one.expires_at,
    user_agent: one.user_agent,
    ip: one.remote,
    machine: one.machine,
    read_only: one.read_only,
    current: one.id === person.sign_in_id,
    etag: 'v1',
  }))
}

/** What this person may do somewhere: which verbs a screen shows. */
export function permissionsOf(person: SignedIn): Permission[] {
  const all: Permission[] = []
  for (const permission in permissions)
    if (isPermission(permission) && maySomewhere(person, permission)) all.push(permission)
  return all
}

function isPermission(text: string): text is Permission {
  return Object.hasOwn(permissions, text)
}
