import {
  approveOn,
  as,
  clean,
  decided,
  drop,
  everythingShown,
  expect,
  isUntouched,
  nora,
  priya,
  submit,
  test,
  tom,
  untouched,
} from './stage'

test('a hold arrives without reloading, is approved, and the blocked agent goes on', async ({ browser, stage }) => {
  const page = await as(browser, stage.url, priya)
  await page.goto(`${stage.url}/approvals`)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  const held = await submit(stage, {
    tool: 'send_money',
    operation: 'pay',
    params: { recipient: 'GB29NWBK60161331926819', amount: '41.20', currency: 'GBP' },
  })
  expect(held.status).toBe(202)
  const waiting = decided(stage, held.body.id)
  const row = page.locator(`[data-hold="${held.body.hold.id}"]`)
  const announced = page.getByRole('button', { name: /new/i })
  await expect(row.or(announced).first()).toBeVisible()
  if (!(await row.isVisible())) await announced.first().click()
  await row.getByRole('link').first().click()
  await expect(page.getByText('GB29NWBK60161331926819').first()).toBeVisible()
  await approveOn(page).click()
  expect(await waiting).toMatchObject({ status: 'approved', decision: { by: 'human' } })
})

test('a rejection tells the agent why', async ({ browser, stage }) => {
  const held = await submit(stage, { tool: 'demo.hold_me', operation: 'execute', params: { why: 'reject me' } })
  const page = await as(browser, stage.url, priya)
  await page.goto(`${stage.url}/approvals/${held.body.hold.id}`)
  await page
    .getByRole('button', { name: /^Reject$|^Reject\b(?!.*pause)/ })
    .first()
    .click()
  const form = page.getByRole('form', { name: 'Reject' }).or(page.getByLabel('Reject', { exact: true }))
  await form.getByRole('textbox').first().fill('Not before the audit.')
  await form
    .getByRole('button', { name: /^Reject/ })
    .last()
    .click()
  expect(await decided(stage, held.body.id)).toMatchObject({
    status: 'rejected',
    decision: { reason: expect.stringContaining('Not before the audit.') },
  })
})

test('what cannot be undone needs two people, in two browsers', async ({ browser, stage }) => {
  const held = await submit(stage, {
    tool: 'delete_customer_records',
    operation: 'delete',
    params: { table: 'old', records: 3, older_than: '2020-01-01' },
  })
  const first = await as(browser, stage.url, priya)
  await first.goto(`${stage.url}/approvals/${held.body.hold.id}`)
  await approveOn(first).click()
  const second = await as(browser, stage.url, tom)
  await second.goto(`${stage.url}/approvals/${held.body.hold.id}`)
  await expect(second.getByText(/1 of 2/).first()).toBeVisible()
  await approveOn(second).click()
  // The last approval of something irreversible is sent after five visible seconds.
  await expect(second.getByRole('button', { name: /take.*back|undo/i })).toBeVisible()
  expect(await decided(stage, held.body.id)).toMatchObject({ status: 'approved' })
})

test('A01 the owner sees why they may not approve', async ({ browser, stage }) => {
  const held = await submit(stage, { tool: 'demo.hold_me', operation: 'execute', params: { who: 'owner' } })
  const page = await as(browser, stage.url, nora)
  await page.goto(`${stage.url}/approvals/${held.body.hold.id}`)
  await expect(page.getByText(/You own this agent/).first()).toBeVisible()
  await expect(page.getByRole('button', { name: /^Approve\b/, disabled: false })).toHaveCount(0)
})

test('a hold that is opened on one instance is decided on another', async ({ browser, stage }) => {
  const held = await submit(stage, { tool: 'demo.hold_me', operation: 'execute', params: { where: 'second' } })
  const waiting = decided(stage, held.body.id)
  const page = await as(browser, stage.secondUrl, tom)
  await page.goto(`${stage.secondUrl}/approvals/${held.body.hold.id}`)
  await approveOn(page).click()
  expect(await waiting).toMatchObject({ status: 'approved' })
})

test('a hold that expires while it is open on the screen says so without reloading, and its verbs are gone', async ({
  browser,
  stage,
}) => {
  const held = await submit(stage, {
    tool: 'demo.hold_me',
    operation: 'execute',
    params: { slow: true },
    deadline_seconds: 6,
  })
  const page = await as(browser, stage.url, priya)
  await page.goto(`${stage.url}/approvals/${held.body.hold.id}`)
  await expect(approveOn(page)).toBeEnabled()
  await untouched(page)
  await expect(page.getByRole('main').getByText('Expired').first()).toBeVisible({ timeout: 15_000 })
  await expect(page.getByRole('button', { name: /^(Approve|Reject|With changes|Ask)/ })).toHaveCount(0)
  await isUntouched(page)
  expect(await decided(stage, held.body.id)).toMatchObject({ status: 'expired', decision: { verdict: 'deny' } })
})

test('on a phone the facts and the verbs fit, and nothing scrolls sideways', async ({ browser, stage }) => {
  const held = await submit(stage, {
    tool: 'send_money',
    operation: 'pay',
    params: { recipient: 'GB29NWBK60161331926819', amount: '12.00', currency: 'GBP' },
  })
  const page = await as(browser, stage.url, priya, {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  })
  await page.goto(`${stage.url}/approvals/${held.body.hold.id}`)
  const approve = approveOn(page)
  await expect(approve).toBeInViewport()
  await expect(page.getByText('GB29NWBK60161331926819').first()).toBeInViewport()
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
  ).toBeLessThanOrEqual(0)
  // The verbs come up under the thumb; the one that counts is in there.
  await approve.tap()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Approve\b/ })
    .tap()
  expect(await decided(stage, held.body.id)).toMatchObject({ status: 'approved' })
})

test('by keyboard alone: move, open, approve', async ({ browser, stage }) => {
  const held = await submit(stage, { tool: 'demo.hold_me', operation: 'execute', params: { by: 'keyboard' } })
  const page = await as(browser, stage.url, priya)
  await page.goto(`${stage.url}/approvals?q=${held.body.hold.id}`)
  await expect(page.locator(`[data-hold="${held.body.hold.id}"]`)).toBeVisible()
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(held.body.hold.id))
  await expect(approveOn(page)).toBeEnabled()
  // One key moves to the verb, a second one does it: nothing is approved by a slip.
  await page.keyboard.press('a')
  await page.keyboard.press('Enter')
  expect(await decided(stage, held.body.id)).toMatchObject({ status: 'approved' })
})

test('U01 U02 U03 U04 U09 what an agent wrote is inert, and shows what it hides', async ({ browser, stage }) => {
  const evil =
    '<script>window.pwned = 1</script><img src=x onerror="window.pwned=1"> ![x](http://evil.example/beacon) Approved by CISO \u202Egnp.exe\u202C zero\u200Bwidth'
  const held = await submit(stage, {
    tool: 'demo.hold_me',
    operation: 'execute',
    intent: evil,
    params: { note: evil, [evil]: 1 },
    context: { prompt: evil },
  })
  const page = await as(browser, stage.url, priya)
  const foreign: string[] = []
  page.on('request', request => {
    if (
      !request.url().startsWith(stage.url) &&
      !request.url().startsWith('data:') &&
      !request.url().startsWith('blob:')
    )
      foreign.push(request.url())
  })
  const answer = await page.goto(`${stage.url}/approvals/${held.body.hold.id}`)
  expect(answer?.headers()['content-security-policy']).toContain(`frame-ancestors 'none'`)
  await expect(page.getByText(/U\+202E/).first()).toBeVisible()
  await expect(page.getByText(/U\+200B/).first()).toBeVisible()
  expect(await page.evaluate(() => 'pwned' in window)).toBe(false)
  expect(await page.locator('main img, main a[href*="evil"]').count()).toBe(0)
  expect(foreign).toEqual([])
})

test('nothing that approves looks ready where Holdpoint cannot be reached, and it is ready again when it can', async ({
  browser,
  stage,
}) => {
  const held = await submit(stage, { tool: 'demo.hold_me', operation: 'execute', params: { by: 'train' } })
  const page = await as(browser, stage.url, priya)
  await page.goto(`${stage.url}/approvals/${held.body.hold.id}`)
  const approve = approveOn(page)
  await everythingShown(page)
  await page.context().setOffline(true)
  await expect(approve).toHaveAttribute('aria-disabled', 'true')
  await expect(page.getByText('Holdpoint cannot be reached: what stands here may be old')).toBeVisible()
  await clean(page, 'deciding-away')
  await page.context().setOffline(false)
  await expect(approve).toBeEnabled({ timeout: 20_000 })
  await approve.click()
  expect(await decided(stage, held.body.id)).toMatchObject({ status: 'approved' })
})

test('on a phone, whoever may not approve is offered no approval, and is told why', async ({ browser, stage }) => {
  const held = await submit(stage, { tool: 'demo.hold_me', operation: 'execute', params: { by: 'auditor' } })
  const page = await as(browser, stage.url, 'mira@demo.example', { viewport: { width: 390, height: 844 } })
  await page.goto(`${stage.url}/approvals/${held.body.hold.id}`)
  const why = page.getByRole('button', { name: 'Why not you…' })
  await expect(why).toBeVisible()
  await expect(approveOn(page)).toHaveCount(0)
  await why.click()
  await expect(page.getByRole('dialog')).toContainText('The rule asks other people.')
  await drop(stage, held.body.id)
})
