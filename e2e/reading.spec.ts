import { publishRule } from './publishing'
import { agentOf, approveOn, as, clean, decided, everythingShown, expect, priya, submit, test } from './stage'

test('A26 where a rule asks for time, Approve waits until that is over, says how much is left, and is pressable then', async ({
  browser,
  stage,
}) => {
  const rule = `@id("slowly") @reason("This is read slowly.") @reading("15s")
    forbid (principal, action, resource) when { context has currency && context.currency == "SEK" } unless { context.approved };`
  await publishRule(browser, stage, rule, 'Slowly')
  const params = { recipient: 'DE89370400440532013000', amount: '12.00', currency: 'SEK', subject: 'Chairs' }
  const agent = agentOf(stage, 'Invoice agent')
  const held = await submit(stage, { tool: 'send_money', operation: 'pay', params }, 0, agent)
  expect(held.body.status).toBe('held')

  const sent: string[] = []
  // So low that not all of it is in view at once: until it has been, no time passes.
  const page = await as(browser, stage.url, priya, { viewport: { width: 1280, height: 420 } })
  page.on('request', request => void (request.url().endsWith('/reviews') && sent.push(request.method())))
  await page.goto(`${stage.url}/approvals/${held.body.hold.id}`)
  const approve = approveOn(page)
  await expect(page.getByText(/not been shown yet/)).toBeVisible()
  await expect(page.getByText('15 left.')).toBeVisible()
  const waits = page.getByText('It has not been before you for as long as a rule asks.')
  const show = page.getByRole('button', { name: 'Show it', exact: true })
  await expect(async () => {
    if ((await show.count()) > 0) await show.first().click({ timeout: 1_000 })
    await expect(waits).toBeVisible({ timeout: 500 })
  }).toPass({ timeout: 15_000 })
  await expect(approve).toBeDisabled()
  await expect(page.getByText(/\d left\./)).toBeVisible()
  await clean(page, 'reading-time')
  await approve.click({ force: true })
  await everythingShown(page)
  // Nothing was sent by a press meanwhile.
  expect(sent).toEqual([])
  await expect(page.getByText(/\d left\./)).toHaveCount(0)
  await approve.click()
  expect(await decided(stage, held.body.id, agent)).toMatchObject({ status: 'approved', decision: { by: 'human' } })
  expect(sent).toEqual(['POST'])
})
