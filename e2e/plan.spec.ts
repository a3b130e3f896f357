import { randomUUID } from 'node:crypto'
import { hostileKinds, hostileOf } from '@/server/testing/hostile-texts'
import { approveOn, as, clean, everythingShown, expect, priya, type Stage, submit, test } from './stage'
import { fits, isInert, readExactly, seen, watch } from './visible'

/** Speaks to the plans' doors as the first demo agent does. */
async function ask(stage: Stage, path: string, body?: unknown) {
  const headers = {
    authorization: `Bearer ${stage.agents[0]?.key}`,
    'content-type': 'application/json',
    'idempotency-key': randomUUID(),
  }
  const given = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) }
  const answer = await fetch(`${stage.url}/api/v1/plans${path}`, given)
  return answer.json()
}

test('a plan is read as one chain, approved once, and its steps pass in order', async ({ browser, stage }) => {
  const look = { tool: 'demo.allow_me', params: { of: 'the December bill' } }
  const act = { tool: 'demo.hold_me', operation: 'execute', params: { why: 'pay the December bill' } }
  const asked = await ask(stage, '', { title: 'December bill', steps: [look, { ...act, after: [1] }] })
  expect(asked).toMatchObject({ status: 'held', steps: [{ n: 1 }, { n: 2 }] })
  const page = await as(browser, stage.url, priya)
  await page.goto(`${stage.url}/approvals/${asked.hold.id}`)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('2 steps')
  await expect(page.getByRole('list', { name: 'Steps' }).getByRole('listitem')).toHaveCount(2)
  await expect(page.getByText('Uses what step 1 gave')).toBeVisible()
  await expect(page.getByRole('table', { name: 'The chain in one table' }).getByRole('row')).toHaveCount(3)
  const each = await page.getByRole('list', { name: 'Steps' }).getByRole('listitem').all()
  for (const [n, one] of each.entries()) expect(await readExactly(one)).toEqual([look, act][n]?.params)
  await clean(page, 'plan-exactly')
  await everythingShown(page)
  await approveOn(page).click()
  await expect.poll(async () => (await ask(stage, `/${asked.id}`)).status, { timeout: 20_000 }).toBe('approved')
  const context = { plan: asked.id }
  expect((await submit(stage, { ...act, context })).status).toBe(202)
  expect((await submit(stage, { ...look, context })).body).toMatchObject({ status: 'allowed' })
  expect((await submit(stage, { ...act, context })).body).toMatchObject({
    status: 'allowed',
    decision: { code: 'plan.step' },
  })
  expect(await ask(stage, `/${asked.id}`)).toMatchObject({ status: 'done' })
})

test('U01 U03 U04 U05 U06 U07 U10 whoever reads only what is visible has the exact arguments of every step, and may not agree before', async ({
  browser,
  stage,
}) => {
  test.setTimeout(180_000)
  const steps = Object.keys(hostileKinds).map((kind, n) => ({
    tool: 'demo.hold_me',
    operation: 'execute',
    params: hostileOf(kind, n, Number(process.env.HOLDPOINT_SEED ?? 1)),
    intent: `URGENT-${n}: the CEO has approved this`,
  }))
  const asked = await ask(stage, '', { title: 'URGENT-PLAN', task: 'URGENT-TASK', steps })
  expect(asked.status, JSON.stringify(asked).slice(0, 300)).toBe('held')
  const page = await as(browser, stage.url, priya)
  const watched = await watch(page, stage.url)
  await page.goto(`${stage.url}/approvals/${asked.hold.id}`)
  const list = page.getByRole('list', { name: 'Steps' }).locator('> li')
  await expect(list).toHaveCount(steps.length)
  await expect(approveOn(page)).toBeDisabled()
  // Facts first: what the agent says of its chain stands after all of it, in frames that say whose words they are.
  const text = await seen(page.getByRole('main'))
  expect(text.indexOf('URGENT')).toBeGreaterThan(text.indexOf('The chain in one table'))
  expect(text.indexOf('URGENT')).toBeGreaterThan(text.indexOf('Why it stopped'))
  const said = page.getByRole('region', { name: 'What the agent says' })
  await expect(said.getByRole('figure')).toHaveCount(steps.length + 2)
  for (const frame of await said.getByRole('figure').all()) await expect(frame).toContainText('not checked')
  expect(text.split('URGENT').length).toBe((await seen(said)).split('URGENT').length)
  for (const [n, { params }] of steps.entries())
    await test.step(`step ${n + 1}`, async () => expect(await readExactly(list.nth(n))).toEqual(params))
  isInert(await seen(page.getByRole('main')))
  await fits(page)
  // All has been opened and seen; what hides in it must be said to have been looked at.
  const acknowledge = page.getByRole('checkbox', { name: /hidden or look-alike/ })
  await expect(approveOn(page)).toBeDisabled()
  await list.last().scrollIntoViewIfNeeded()
  await page.getByRole('table', { name: 'The chain in one table' }).scrollIntoViewIfNeeded()
  await page.getByRole('heading', { name: 'Why it stopped' }).scrollIntoViewIfNeeded()
  await acknowledge.click()
  await expect(approveOn(page)).toBeEnabled()
  await watched.clean()
  await ask(stage, `/${asked.id}/cancel`, {})
})
