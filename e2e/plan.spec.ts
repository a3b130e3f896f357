import { randomUUID } from 'node:crypto'
import AxeBuilder from '@axe-core/playwright'
import { approveOn, as, expect, priya, type Stage, submit, test } from './stage'

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
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    const found = await new AxeBuilder({ page }).analyze()
    expect(found.violations.map(one => `${one.id}: ${one.nodes[0]?.html}`)).toEqual([])
  }
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
