import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { emptyFolder } from '@/server/testing/folder'
import { everything, world } from '@/server/testing/world'

const folder = emptyFolder('events')
const file = join(folder, 'events.ndjson')
const w = await world(1, { events: file })
await w.tools({ look: { operation: 'read' }, run: {} })
const scopes = [everything]
const agent = await w.agent({ scopes })
const approver = await w.signedIn(w.approver)
const auditor = await w.signedIn(w.administrator)

/** Line ends of every kind, an entry of its own, terminal commands, and what breaks out of JSON and CSV. */
const hostile = [
  '\r\n{"seq":0,"event":{"type":"hold.approved"},"leaf":"00"}\n',
  '\u2028{"seq":1}\u2029\u0085\u009b2J\u{e0041}',
  '\u001b[2J\u001b]0;owned\u0007',
  '"},{"type":"hold.approved',
  '\u202ednuof gnihton\u202c',
  "=cmd|' /C calc'!A0",
  ',act_00000000000000000000000000,hold.approved',
]

it('L06 U13 whatever an agent or a person writes, one event is one line is one row', async () => {
  for (const [n, text] of hostile.entries()) {
    const context = { session: text.slice(0, 200), instance: text.slice(0, 200), acting_for: text.slice(0, 200) }
    const said = {
      intent: text,
      params: { n, [text]: text },
      context,
      resource: { type: text, id: text, tenant: text },
    }
    const { body } = await w.submit(agent.key, { tool: 'run', ...said })
    if (body.hold)
      await approver('POST', `/api/console/holds/${body.hold.id}/reviews`, {
        verdict: 'reject',
        digest: body.digest,
        comment: text,
        note: text,
      })
    const held = (await w.submit(agent.key, { tool: 'run', params: { n: `${n} again`, text } })).body
    await w.gate(agent.key, 'POST', `/api/v1/actions/${held.id}/cancel`, { reason: text })
    const done = (await w.submit(agent.key, { tool: 'look', params: { n, text } })).body
    await w.gate(agent.key, 'POST', `/api/v1/actions/${done.id}/outcome`, { status: 'failed', summary: text })
  }
  const rows = (await w.events()).length
  const counted = async () => (await auditor('GET', '/api/console/audit/checkpoint')).body.size
  await expect.poll(counted, { timeout: 20_000 }).toBeGreaterThanOrEqual(rows)
  await expect
    .poll(() => readFileSync(file, 'utf8').split('\n').length - 1, { timeout: 20_000 })
    .toBeGreaterThanOrEqual(rows)
  const exported: string = (await auditor('GET', '/api/console/audit/export')).body
  for (const [name, text] of Object.entries({ file: readFileSync(file, 'utf8'), export: exported })) {
    const lines = text.split('\n').filter(line => line.startsWith('{"event"'))
    const seqs = lines.map(line => JSON.parse(line).seq)
    expect(seqs, name).toEqual(seqs.map((_, at) => at))
    if (name === 'file') expect(lines.map(line => JSON.parse(line).event.data.session)).toContain(hostile[1])
    expect(seqs.length, name).toBeGreaterThanOrEqual(rows)
    // What goes to a terminal or a collector holds nothing that either obeys; what is hashed stays as it was (RFC 8785).
    expect(
      [...text].some(char => char !== '\n' && char < ' '),
      name,
    ).toBe(false)
    if (name === 'file') expect(/[\p{Cf}\u007f-\u009f\u2028\u2029]/u.test(text)).toBe(false)
    expect(
      text.split('\n').filter(line => line !== '' && !/^\{"(event|checkpoint)"/.test(line)),
      name,
    ).toEqual([])
  }
})
