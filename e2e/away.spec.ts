import { as, clean, expect, priya, submit, test } from './stage'

test('while Holdpoint is away the page says so, stays, sends nothing later, and is current at once on return', async ({
  browser,
  stage,
}) => {
  const held = await submit(stage, { tool: 'demo.hold_me', operation: 'execute', params: { while: 'away' } })
  const page = await as(browser, stage.url, priya)
  await page.goto(`${stage.url}/approvals/${held.body.hold.id}`)
  await expect(page.getByTitle('Live')).toBeVisible()
  await expect(page).toHaveTitle(/^\(\d+\+?\) /)
  const approve = page.getByRole('button', { name: /^Approve\b/ }).first()
  await expect(approve).toBeEnabled()

  await page.context().setOffline(true)
  await expect(page.getByRole('region', { name: 'Connection' })).toContainText('Holdpoint cannot be reached')
  await expect(approve).toHaveAttribute('aria-disabled', 'true')
  await page
    .getByRole('button', { name: /^Reject\b(?!.*pause)/ })
    .first()
    .click()
  const form = page.getByRole('form', { name: 'Reject' })
  await form.getByRole('textbox').first().fill('Not now.')
  await form
    .getByRole('button', { name: /^Reject/ })
    .last()
    .click()
  await expect(page.getByRole('alert').first()).toContainText('No answer came')
  await form.getByRole('button', { name: 'Back' }).click()
  await page.getByRole('link', { name: 'Approvals' }).last().click()
  await expect(page.getByText('That page cannot be read now')).toBeVisible()
  await expect(page).toHaveURL(new RegExp(held.body.hold.id))

  await page.context().setOffline(false)
  await expect(page.getByTitle('Live')).toBeVisible()
  await expect(page.getByRole('region', { name: 'Connection' })).toHaveCount(0)
  // What was pressed while it was away is not kept and sent now.
  const hold = await page.request.get(`${stage.url}/api/console/holds/${held.body.hold.id}`)
  expect(await hold.json()).toMatchObject({ status: 'pending', reviews: [] })
  await approve.click()
  await expect(page.getByRole('main').getByText('Approved').first()).toBeVisible()
})

test('what is not for a person is not offered, and is said plainly where an address leads to it', async ({
  browser,
  stage,
}) => {
  const page = await as(browser, stage.url, priya)
  await page.goto(`${stage.url}/audit`)
  await expect(page.getByText('The log is for others here')).toBeVisible()
  await expect(page.getByRole('navigation', { name: 'Main' }).first().getByRole('link', { name: 'Audit' })).toHaveCount(
    0,
  )
  await page.goto(`${stage.url}/no/such/page`)
  await expect(page.getByRole('heading', { name: 'There is no such page' })).toBeVisible()
  await page.goto(`${stage.url}/approvals/hld_00000000000000000000000000`)
  await expect(page.getByRole('heading', { name: 'There is no such approval' })).toBeVisible()
  await clean(page, 'missing-approval')
  await expect(page.getByRole('navigation', { name: 'Main' }).first()).toBeVisible()
})
