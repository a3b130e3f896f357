import type { Caller } from './heard'
import type { World } from './world'

/** Writes, looks at, changes, previews and removes an escalation policy; and hears the noes on the way. */
export async function hearEscalation(w: World, person: Caller, agent: string): Promise<void> {
  const [hold] = (await person('GET', '/holds', { '?': '?status=all' })).body.items
  await person('GET', '/holds/{id}/escalation', hold)
  const body = {
    name: 'Heard',
    min_risk: 'high',
    calendar: { time_zone: 'Europe/Berlin', working_hours: { 1: ['09:00', '17:00'] } },
    levels: [
      {
        who: [{ kind: 'team', team_id: w.team }, { kind: 'role', role: 'governor' }, { kind: 'owner' }],
        after: { seconds: 600 },
        repeat: { every_seconds: 300, times: 2 },
        channels: ['mail'],
        urgent: true,
        adds: true,
      },
    ],
  }
  const made = await person('POST', '/escalation', {}, body)
  await person('POST', '/escalation', {}, body)
  const nobody = [{ kind: 'person', person_id: `usr_${'0'.repeat(26)}` }]
  await person('POST', '/escalation', {}, { ...body, levels: [{ who: nobody, after: { percent: 20 } }] })
  await person('GET', '/escalation')
  await person('GET', '/escalation/{id}', made.body)
  const preview = { agent_id: agent, risk: 'high', at: '2026-11-23T08:00:00Z' }
  await person('POST', '/escalation/preview', {}, preview)
  await person('POST', '/escalation/preview', {}, { ...preview, policy: body })
  await person('POST', '/escalation/preview', {}, { ...preview, agent_id: `agt_${'0'.repeat(26)}` })
  await person('PUT', '/escalation/{id}', made.body, body, { 'if-match': '"v9"' })
  await person('PUT', '/escalation/{id}', made.body, body, { 'if-match': made.body.etag })
  await person('DELETE', '/escalation/{id}', made.body)
  await person('GET', '/escalation/{id}', made.body)
}
