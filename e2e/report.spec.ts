import { randomUUID } from 'node:crypto'
import {
  ada,
  agentOf,
  approveOn,
  as,
  choose,
  clean,
  type DemoAgent,
  everythingShown,
  expect,
  grace,
  priya,
  submit,
  test,
} from './stage'

const phone = { viewport: { width: 390, height: 844 } }
const pay = (agent: DemoAgent, stage: Parameters<typeof submit>[0]) =>
  submit(
    stage,
    {
      tool: 'send_money',
      operation: 'pay',
      params: { recipient: 'GB29NWBK60161331926819', amount: '12.00', currency: 'GBP', note: randomUUID() },
    },
    0,
    agent,
  )

test('reports: my own figures, the teams that I lead, and names only while an administrator lets them', async ({
  browser,
  stage,
}) => {
  test.setTimeout(180_000)
  const agent = agentOf(stage, 'Invoice agent')
  const held = await pay(agent, stage)
  const reviewer = await as(browser, stage.url, priya)
  await reviewer.goto(`${stage.url}/approvals/${held.body.hold.id}`)
  await everythingShown(reviewer)
  await approveOn(reviewer).click()
  await expect(reviewer.getByRole('main')).toContainText('What the agent received', { timeout: 20_000 })

  await reviewer.goto(`${stage.url}/reports`)
  const reading = reviewer.getByRole('figure', { name: 'Read before decided' })
  await expect(async () => {
    await reviewer.reload()
    await expect(reading).toContainText(/of [1-9]\d* verdicts/, { timeout: 2_000 })
  }).toPass({ timeout: 20_000 })
  await reading.getByText('The numbers as a table').click()
  await expect(reading.getByRole('row', { name: /Long enough to read it/ })).toBeVisible()
  const [file] = await Promise.all([
    reviewer.waitForEvent('download'),
    reading.getByRole('button', { name: 'Read before decided: save as CSV' }).click(),
  ])
  expect(file.suggestedFilename()).toBe('my-decisions-reading.csv')
  await clean(reviewer, 'journey-report-own')

  await reviewer.getByRole('navigation', { name: 'Reports' }).getByRole('link', { name: 'Teams' }).click()
  await expect(reviewer.getByRole('figure', { name: 'Decided and expired, by day' })).toBeVisible()
  await expect(reviewer.getByRole('region', { name: 'People' })).toHaveCount(0)
  await expect(reviewer.getByRole('button', { name: 'Show names…' })).toHaveCount(0)

  const admin = await as(browser, stage.secondUrl, ada)
  await admin.goto(`${stage.secondUrl}/reports/teams`)
  await admin.getByRole('button', { name: 'Show names…' }).click()
  const dialog = admin.getByRole('dialog', { name: 'Let reports name people?' })
  await dialog.getByLabel('Reason').fill('Two bills were paid twice.')
  await clean(admin, 'journey-report-naming')
  await dialog.getByRole('button', { name: 'Show names' }).click()
  await expect(admin.getByRole('region', { name: 'People', exact: true }).first()).toContainText('Priya Raman')
  await clean(admin, 'journey-report-teams')

  const owner = await as(browser, stage.url, priya, phone)
  await owner.goto(`${stage.url}/reports`)
  await expect(owner.getByRole('region', { name: 'Reports name people' })).toContainText('Two bills were paid twice.')
  await clean(owner, 'journey-report-own-phone')
  await admin.getByRole('button', { name: 'Name nobody' }).click()
  await expect(admin.getByRole('region', { name: 'Reports name people' })).toHaveCount(0)
  await expect(admin.getByRole('region', { name: 'People', exact: true })).toHaveCount(0)
})

test('an owner sees what their agents asked; many alike are one row of the queue', async ({ browser, stage }) => {
  test.setTimeout(120_000)
  const agent = agentOf(stage, 'Invoice agent')
  const user = stage.users.find(one => one.name === agent.owner || one.email === agent.owner)
  for (let n = 0; n < 8; n++) expect((await pay(agent, stage)).body.status).toBe('held')
  const owner = await as(browser, stage.url, user?.email ?? grace)
  await owner.goto(`${stage.url}/reports/agents`)
  const row = owner.getByRole('row', { name: /Invoice agent/ })
  await expect(row).toContainText(/\d+ waiting/)
  await clean(owner, 'journey-report-agents')
  await owner.setViewportSize(phone.viewport)
  await clean(owner, 'journey-report-agents-narrow')

  const approver = await as(browser, stage.url, priya)
  await approver.goto(`${stage.url}/approvals?who=all`)
  const more = approver.getByRole('button', { name: /more alike from Invoice agent · pay with send_money/ })
  await expect(more).toHaveAttribute('aria-expanded', 'false')
  const rows = approver.getByRole('list', { name: 'Open approvals' }).locator('li[data-hold]')
  const before = await rows.count()
  await clean(approver, 'journey-report-queue')
  await more.click()
  await expect.poll(() => rows.count()).toBeGreaterThan(before + 5)
})

test('a test request is injected, decided without being told apart, and then says what it was', async ({
  browser,
  stage,
}) => {
  test.setTimeout(180_000)
  const admin = await as(browser, stage.url, ada)
  await admin.goto(`${stage.url}/reports/tests`)
  await admin.getByRole('button', { name: 'Inject one…' }).click()
  const dialog = admin.getByRole('dialog', { name: 'Inject a test request' })
  await choose(dialog.getByRole('combobox', { name: 'Tool' }), 'send_money')
  await dialog.getByLabel('It appears as the agent').fill('Payments runner')
  await dialog.getByRole('combobox', { name: 'Of the application' }).click()
  await admin.getByRole('option').first().click()
  await clean(admin, 'journey-canary-dialog')
  await dialog.getByRole('button', { name: 'Inject', exact: true }).click()
  const line = admin.getByRole('table', { name: 'Test requests' }).getByRole('row').nth(1)
  await expect(line).toContainText('Still open')
  const href = await line.getByRole('link').getAttribute('href')

  const reviewer = await as(browser, stage.secondUrl, priya, phone)
  await reviewer.goto(`${stage.secondUrl}${href}`)
  await expect(reviewer.getByRole('main')).toContainText('Payments runner')
  await expect(reviewer.getByText(/test request/i)).toHaveCount(0)
  await everythingShown(reviewer)
  await reviewer
    .getByRole('button', { name: /^Reject/ })
    .first()
    .click()
  const form = reviewer.getByRole('dialog')
  await form.getByRole('button', { name: /^The recipient is not one we know/ }).click()
  await form.getByRole('button', { name: 'Reject', exact: true }).click()
  await expect(reviewer.getByRole('region', { name: 'This was a test' })).toContainText('It was caught')
  await clean(reviewer, 'journey-canary-label')
  await expect(line).toContainText('Caught')
  await clean(admin, 'journey-canary-list')
})
