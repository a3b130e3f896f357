import { describe, expect, it } from 'vitest'
import { everything, world } from '@/server/testing/world'

// Whoever agrees to a change of the registry reads what it changes, and nothing else seems to change.
const w = await world()
const governor = await w.signedIn(w.governor)
const administrator = await w.signedIn(w.administrator)

const agentOf = () => w.agent({ purpose: 'Pays invoices\nOwner: Mallory, m@evil.example', scopes: [production] })
const production = { ...everything, operations: ['read' as const], environments: ['production' as const] }

/** What an approver is shown of it: the lines that go, those that come, and all that is there. */
async function told({ status, body }: Awaited<ReturnType<typeof governor>>, agreeing = administrator) {
  expect(status, JSON.stringify(body)).toBe(202)
  const path = `/api/console/holds/${body.hold_id}`
  const shown = async () => {
    const { change } = (await agreeing('GET', path)).body
    const [before, after]: string[][] = [change.before, change.after].map(text => (text ?? '').split('\n'))
    const without = (lines: readonly string[] = [], others: readonly string[] = []) =>
      lines.filter(line => !others.includes(line))
    return { goes: without(before, after), comes: without(after, before), before: change.before, after: change.after }
  }
  return {
    ...(await shown()),
    async agreed() {
      const { shown_digest } = (await agreeing('GET', path)).body
      const said = await agreeing('POST', `${path}/reviews`, { verdict: 'approve', digest: shown_digest })
      expect(said.status, JSON.stringify(said.body)).toBeLessThan(300)
      await expect.poll(async () => (await agreeing('GET', path)).body.status, { timeout: 20_000 }).toBe('applied')
      return shown()
    },
  }
}

describe('a change says what it changes and nothing else:', () => {
  it('a further scope takes none away; afterwards it is what was given', async () => {
    const { id } = await agentOf()
    const body = {
      tool_pattern: 'ledger.*',
      operations: ['read', 'pay'],
      environments: ['production'],
      tenants: ['acme'],
      ask: 'writes',
    }
    const given =
      'May read, pay with ledger.* on anything, in production, up to internal data; asks for every write; only for acme'
    const change = await told(await administrator('POST', `/api/console/agents/${id}/scopes`, body), governor)
    expect(change).toMatchObject({ goes: [], comes: [given] })
    expect(change.before).toBe(
      'May read with any tool on anything, in production, up to confidential data; asks for high impact',
    )
    expect(await change.agreed()).toMatchObject({ before: null, after: given })
  })

  it('an edit of an agent, also one by which it falls to others', async () => {
    const { id } = await agentOf()
    const change = await told(
      await administrator('PATCH', `/api/console/agents/${id}`, { tier: 'low', limits: { per_second: 900 } }),
      governor,
    )
    expect(change.goes).toEqual(['Criticality: Standard', 'Requests a second: 500'])
    expect(change.comes).toEqual(['Criticality: Low', 'Requests a second: 900'])
    expect(await change.agreed()).toMatchObject({
      before: null,
      after: 'Criticality: Low\nRequests a second: 900',
    })
    const moved = await told(
      await administrator('PATCH', `/api/console/agents/${id}`, { application_id: w.otherApplication }),
      governor,
    )
    expect(moved.goes[0]).toMatch(/^Application: /)
    expect(moved.comes.map(line => line.split(':')[0])).toContain('Application')
  })

  it('who answers for an agent, by name and address', async () => {
    const { id } = await agentOf()
    const { goes, comes, before } = await told(
      await governor('PATCH', `/api/console/agents/${id}`, { owner_id: w.administrator.id }),
    )
    expect(goes[0]).toBe(`Owner: ${w.owner.name}, ${w.owner.email} (from the application)`)
    expect(comes[0]).toBe(`Owner: ${w.administrator.name}, ${w.administrator.email}`)
    // What somebody wrote looks like no line of ours.
    expect(before).toContain('Purpose: Pays invoices ⏎ Owner: Mallory')
    expect(before.split('\n').filter((line: string) => line.startsWith('Owner:'))).toEqual(goes.slice(0, 1))
  })

  it('who answers for an application', async () => {
    await agentOf()
    const { etag } = (await governor('GET', `/api/console/applications/${w.application}`)).body
    const { goes, comes } = await told(
      await governor(
        'PATCH',
        `/api/console/applications/${w.application}`,
        { owner_id: w.administrator.id },
        { 'if-match': `"${etag}"` },
      ),
    )
    expect(goes).toEqual([`Owner: ${w.owner.name}, ${w.owner.email}`])
    expect(comes).toEqual([`Owner: ${w.administrator.name}, ${w.administrator.email}`])
  })

  it('a weaker classification', async () => {
    const is = { operation: 'pay', reversible: false, sensitivity: 'confidential', parameters: { to: 'recipient' } }
    await w.tools({ 'ledger.pay': is })
    const [tool] = (await governor('GET', '/api/console/tools?q=ledger.pay')).body.items
    const { goes, comes } = await told(
      await governor('POST', `/api/console/tools/${tool.id}/classify`, { ...is, reversible: true, parameters: {} }),
    )
    expect(goes).toEqual(['Can be undone: no', 'Argument to: recipient'])
    expect(comes).toEqual(['Can be undone: yes'])
  })

  it('a source of facts, and that it is asked no longer', async () => {
    const body = { name: 'CMDB', type_pattern: 'customer', url: 'https://93.184.215.14/{id}' }
    const added = await told(await governor('POST', '/api/console/resource-sources', body))
    expect(added.after).toBe(
      'Name: CMDB\nAsked of the types: customer\nAsked of the ids: *\nAddress: https://93.184.215.14/{id}',
    )
    await added.agreed()
    const [source] = (await governor('GET', '/api/console/resource-sources')).body.items
    const { goes, comes } = await told(await governor('DELETE', `/api/console/resource-sources/${source.id}`))
    expect(goes).toHaveLength(4)
    expect(comes).toEqual(['It is asked no longer.'])
  })

  it('the hours of a team', async () => {
    const { goes, comes } = await told(
      await governor('PUT', `/api/console/teams/${w.team}/calendar`, {
        time_zone: 'UTC',
        working_hours: { 1: ['08:00', '18:00'], 7: ['10:00', '12:00'] },
      }),
    )
    expect(goes).toEqual([
      ...['Tuesday', 'Wednesday', 'Thursday', 'Friday'].map(day => `${day}: 08:00 to 18:00`),
      'Sunday: free',
    ])
    expect(comes).toEqual([
      ...['Tuesday', 'Wednesday', 'Thursday', 'Friday'].map(day => `${day}: free`),
      'Sunday: 10:00 to 12:00',
    ])
  })
})
