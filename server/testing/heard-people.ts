import type { Caller } from './heard'
import type { World } from './world'

interface Callers {
  readonly anybody: Caller
  readonly owner: Caller
  readonly administrator: Caller
}

/** People, teams and applications: invited, looked at, changed. */
export async function hearPeople(w: World, { anybody, owner, administrator }: Callers): Promise<void> {
  await anybody('GET', '/api/console/sign-in')
  await owner('GET', '/me')
  await owner('GET', '/me/sign-ins')
  const settings = await administrator('GET', '/settings')
  await administrator('PATCH', '/settings', {}, { session_hours: 24 }, { 'if-match': `"${settings.body.etag}"` })
  await administrator('PATCH', '/settings', {}, { session_hours: 12 }, { 'if-match': '"v0"' })
  const roles = [{ role: 'viewer', team_id: w.team }]
  const invited = await administrator('POST', '/members/invitations', {}, { email: 'new@acme.example', roles })
  await administrator('POST', '/members/invitations', {}, { email: w.owner.email, roles })
  const token = String(invited.body.link).split('/').at(-1) ?? ''
  await anybody('GET', '/api/console/invitations/{token}', { token })
  await anybody('GET', '/api/console/invitations/{token}', { token: 'none' })
  await administrator('GET', '/members')
  await administrator('GET', '/members/{id}', { id: w.viewer.id })
  await administrator('PATCH', '/members/{id}', { id: w.viewer.id }, { name: 'Vicky Viewer' })
  await w.db.pool.query(`update organisation set founding_until = holdpoint.now() - interval '1 hour'`)
  await administrator(
    'PATCH',
    '/members/{id}',
    { id: w.viewer.id },
    { roles: [...roles, { ...roles[0], role: 'approver' }] },
  )
  await administrator('PATCH', '/members/{id}', { id: w.viewer.id }, { roles: [{ ...roles[0], role: 'approver' }] })
  await w.db.pool.query('update organisation set founding_until = null')
  const team = await administrator('POST', '/teams', {}, { name: 'Answers' })
  await administrator('POST', '/teams', {}, { name: 'Answers' })
  await administrator('PATCH', '/teams/{id}', team.body, { name: 'Better answers' })
  await administrator('GET', '/teams')
  const people = { owner_id: w.owner.id, backup_id: w.backup.id }
  const application = await administrator(
    'POST',
    '/applications',
    {},
    { name: 'Front', team_id: team.body.id, ...people },
  )
  await administrator('PATCH', '/applications/{id}', application.body, { name: 'Front desk' })
  await administrator('GET', '/applications/{id}', application.body)
  await administrator('GET', '/applications')
  await administrator('GET', '/applications/{id}', { id: 'app_none' })
}
