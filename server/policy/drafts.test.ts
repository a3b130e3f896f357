import { describe, expect, it } from 'vitest'
import { defaultsOf, templates } from '@/lib/policy/templates'
import { everything, type Person, world } from '@/server/testing/world'

const w = await world()
const ada = await w.signedIn(w.administrator)
const gil = await w.signedIn(w.governor)
const gretaSelf = await w.person('Greta Governor', [{ role: 'governor', team_id: null }])
const greta = await w.signedIn(gretaSelf)
const viewer = await w.signedIn(w.viewer)
const outsider = await w.signedIn(w.outsider)
const policy = '/api/console/policy'
const drafts = `${policy}/drafts`

const current = async () => (await ada('GET', policy)).body
const begin = async (who: Person, title = 'A draft', source?: string) => {
  const made = await who('POST', drafts, { title, ...(source === undefined ? {} : { source }) })
  expect(made.status).toBe(201)
  return made.body
}
const review = async (who: Person, hold: string, verdict: 'approve' | 'reject' = 'approve') => {
  const { body } = await who('GET', `/api/console/holds/${hold}`)
  return who('POST', `/api/console/holds/${hold}/reviews`, { verdict, digest: body.shown_digest })
}
const published = (version: number) =>
  expect.poll(async () => (await current()).version, { timeout: 10_000 }).toBe(version)
const denying = (tool: string) =>
  `\n@id("no-${tool.replace('.', '-')}") @reason("Not with ${tool}.") forbid (principal, action, resource) when { context.tool == "${tool}" };\n`

describe('drafts of policy', () => {
  it('are begun from what is in force, changed under their etag, checked in place, and thrown away', async () => {
    const draft = await begin(ada)
    const now = await current()
    expect(draft).toMatchObject({ source: now.source, based_on: now.version, status: 'draft', hold_id: null })
    const path = `${drafts}/${draft.id}`
    const broken = {
      source: `${draft.source}\n@id("x") @reason("r")\npermit (principal, action, resource) when { context.nope };`,
    }
    const edited = await gil('PATCH', path, broken, { 'if-match': `"${draft.etag}"` })
    expect(edited).toMatchObject({ status: 200, body: { updated_by: { id: w.governor.id } } })
    expect(await ada('PATCH', path, { title: 'Late' }, { 'if-match': `"${draft.etag}"` })).toMatchObject({
      status: 412,
    })
    const checked = await ada('POST', `${path}/check`)
    const line = String(edited.body.source).split('\n').length
    expect(checked.body).toMatchObject({ ok: false, faults: [{ severity: 'error', line, column: 45 }] })
    expect(await ada('POST', `${path}/propose`, { note: 'broken' })).toMatchObject({
      status: 400,
      body: { code: 'policy.invalid', errors: [{ pointer: '/source', line, column: 45 }] },
    })
    expect((await ada('GET', drafts)).body.items[0]).not.toHaveProperty('source')
    expect((await ada('DELETE', path, undefined, { 'if-match': '"v1"' })).status).toBe(412)
    expect((await ada('DELETE', path)).status).toBe(204)
    expect((await ada('GET', path)).status).toBe(404)
  })

  it('are read by everybody, and written only by those who govern the whole organisation', async () => {
    const draft = await begin(ada)
    const path = `${drafts}/${draft.id}`
    expect((await viewer('GET', path)).status).toBe(200)
    for (const stranger of [viewer, outsider])
      expect([
        (await stranger('POST', drafts, { title: 'Mine' })).status,
        (await stranger('PATCH', path, { title: 'Mine' })).status,
        (await stranger('POST', `${path}/propose`, { note: 'now' })).status,
        (await stranger('POST', `${policy}/versions/1/restore`, { note: 'back' })).status,
        (await stranger('DELETE', path)).status,
      ]).toEqual([403, 403, 403, 403, 403])
  })

  it('O02 INV-18 whoever proposed a policy, or wrote in its draft, does not publish it: an unconflicted second person does', async () => {
    const { version, source } = await current()
    const draft = await begin(gil, 'Three hands')
    const path = `${drafts}/${draft.id}`
    await ada('PATCH', path, { source: `${source}${denying('three.hands')}` })
    const asked = await gil('POST', `${path}/propose`, { note: 'Nobody uses three.hands' })
    expect(asked.status).toBe(202)
    const hold = String(asked.body.hold_id)
    expect((await ada('GET', path)).body).toMatchObject({ status: 'proposed', hold_id: hold })
    expect(await review(gil, hold)).toMatchObject({ status: 403, body: { code: 'hold.ineligible' } })
    expect(await review(ada, hold)).toMatchObject({
      status: 403,
      body: { code: 'hold.ineligible', detail: 'You wrote part of this change within the last 30 days.' },
    })
    expect((await ada('GET', `/api/console/holds/${hold}`)).body.change.after.source).toContain('three.hands')
    expect((await current()).version).toBe(version)
    expect((await review(greta, hold)).status).toBe(201)
    await published(version + 1)
    expect((await ada('GET', path)).body.status).toBe('published')
    expect((await ada('PATCH', path, { title: 'Further' })).body.status).toBe('draft')
  })

  it('O04 versions only ever go up: what was made of an older one is refused, and going back is a new version', async () => {
    const first = (await ada('GET', `${policy}/versions/1`)).body
    const { version } = await current()
    const stale = await begin(ada, 'Stale')
    const other = await begin(gil, 'Other', `${first.source}${denying('other')}`)
    const asked = await gil('POST', `${drafts}/${other.id}/propose`, { note: 'Other' })
    expect((await review(greta, String(asked.body.hold_id))).status).toBe(201)
    await published(version + 1)
    const late = await ada('POST', `${drafts}/${stale.id}/propose`, { note: 'Late' })
    expect(late).toMatchObject({ status: 409, body: { code: 'change.stale' } })
    expect(await ada('POST', policy, { source: first.source, based_on: version })).toMatchObject({ status: 409 })
    await ada('PATCH', `${drafts}/${stale.id}`, { based_on: version + 1 })
    const restored = await ada('POST', `${policy}/versions/1/restore`, { note: 'Back to the pack' })
    expect(restored.status).toBe(202)
    expect((await ada('POST', `${policy}/versions/999/restore`, { note: 'x' })).status).toBe(404)
    expect((await current()).version).toBe(version + 1)
    expect((await review(greta, String(restored.body.hold_id))).status).toBe(201)
    await published(version + 2)
    const after = (await ada('GET', `${policy}/versions/${version + 2}`)).body
    expect(after).toMatchObject({ source: first.source, digest: first.digest })
    const versions = (await ada('GET', `${policy}/versions`)).body.items.map((one: { version: number }) => one.version)
    expect(versions).toEqual([...versions].sort((a, b) => b - a))
    expect(new Set(versions).size).toBe(versions.length)
  })

  it('O04 a version that came between proposal and publishing makes the change fail: the last one stays', async () => {
    const { version, source } = await current()
    const asked = await ada('POST', policy, { source: `${source}${denying('raced')}`, note: 'Raced' })
    await w.db.pool.query(
      `insert into policy_version select version + 1, source, digest, note, null, published_by, published_at
       from policy_version where version = $1`,
      [version],
    )
    await w.db.pool.query('update registry set version = version + 1')
    expect((await review(greta, String(asked.body.hold_id))).status).toBe(201)
    await expect
      .poll(async () => (await ada('GET', `/api/console/holds/${asked.body.hold_id}`)).body.status, { timeout: 10_000 })
      .toBe('failed')
    expect(await current()).toMatchObject({ version: version + 1, source })
  })

  it('A28 a policy that was tightened after the action was held denies it, whoever approves, and both versions are on record', async () => {
    await w.tools({ pay: { operation: 'pay', parameters: { amount: 'amount' } } })
    const agent = await w.agent({
      scopes: [{ ...everything, operations: [...everything.operations], environments: ['production'] }],
    })
    const held = await w.submit(agent.key, { tool: 'pay', params: { amount: '12.00' } })
    expect(held.body.status).toBe('held')
    const { version, source } = await current()
    const pay = templates.find(one => one.id === 'pay-over-limit')
    const tighter = pay?.addTo(source, { ...defaultsOf(pay), limit: '10.00', effect: 'deny' }) ?? ''
    const draft = await begin(ada, 'No payments over ten', tighter)
    const asked = await ada('POST', `${drafts}/${draft.id}/propose`, { note: 'A limit' })
    expect((await review(greta, String(asked.body.hold_id))).status).toBe(201)
    await published(version + 1)
    const approver = await w.signedIn(w.approver)
    await review(approver, held.body.hold.id)
    const after = await w.gate(agent.key, 'GET', `/api/v1/actions/${held.body.id}`)
    expect(after.body).toMatchObject({ status: 'denied', decision: { policy_version: version + 1 } })
    const opened = (await w.events('hold.opened')).filter(one => one.data.action === held.body.id)
    expect(opened).toHaveLength(1)
  })

  it('an author from more than 30 days ago is one no longer', async () => {
    const { version, source } = await current()
    const draft = await begin(ada, 'Long ago')
    await w.test.moveClock(31 * 86_400)
    const [late, second] = [await w.signedIn(gretaSelf), await w.signedIn(w.administrator)]
    await late('PATCH', `${drafts}/${draft.id}`, { source: `${source}${denying('long.ago')}` })
    const asked = await late('POST', `${drafts}/${draft.id}/propose`, { note: 'Long ago' })
    expect((await review(second, String(asked.body.hold_id))).status).toBe(201)
    await expect.poll(async () => (await second('GET', policy)).body.version, { timeout: 10_000 }).toBe(version + 1)
  })
})
