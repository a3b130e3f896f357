import { publishRule } from './publishing'
import {
  ada,
  agentOf,
  approveOn,
  approveOnPhone,
  as,
  choose,
  clean,
  decided,
  everythingShown,
  expect,
  grace,
  submit,
  test,
  tom,
} from './stage'

const lena = 'lena@demo.example'
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }

test('a quorum of two teams is written, agreed to, named by a rule, and met on a desktop and a phone', async ({
  browser,
  stage,
}) => {
  test.setTimeout(180_000)
  const page = await as(browser, stage.url, ada)
  await page.goto(`${stage.url}/policies`)
  await page.getByRole('main').getByRole('link', { name: 'Approvals', exact: true }).click()
  await expect(page.getByText('No approval policy yet')).toBeVisible()
  await clean(page, 'journey-approval-policies-empty')

  // What nobody could meet is said before it is saved, and cannot be proposed.
  await page.getByRole('button', { name: 'Add one' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add an approval policy' })
  // What is missing is said at its field, and all of it where one looks.
  await dialog.getByRole('button', { name: 'Propose', exact: true }).click()
  await expect(dialog.getByRole('alert')).toBeInViewport()
  await expect(dialog.getByText('It needs a title.')).toBeVisible()
  await dialog.getByRole('textbox', { name: 'Title' }).fill('Both teams')
  await dialog.getByRole('textbox', { name: 'Name in rules' }).fill('both-teams')
  await dialog.getByRole('textbox', { name: 'What it is called' }).fill('The teams')
  const people = dialog.getByRole('textbox', { name: 'Stage 1, group 1: how many people' })
  await people.fill('9')
  const could = dialog.getByRole('region', { name: 'Who could agree today' })
  await expect(could).toContainText('cannot be saved')
  await expect(dialog.getByRole('button', { name: 'Propose', exact: true })).toBeDisabled()
  await people.fill('1')
  await dialog.getByRole('button', { name: 'Another group' }).click()
  await choose(dialog.getByRole('combobox', { name: 'Stage 1, group 2: who' }), 'Approvers of one team')
  await choose(dialog.getByRole('combobox', { name: 'Stage 1, group 2: team' }), 'Platform')
  await expect(could).toContainText('1 of approvers of Platform')
  await expect(could).toContainText('0 on Saturdays, Sundays')
  await clean(page, 'journey-approval-policy-dialog')
  await dialog.getByRole('button', { name: 'Propose', exact: true }).click()
  await expect(page).toHaveURL(/\/approvals\/hld_/)
  const change = new URL(page.url()).pathname

  const second = await as(browser, stage.secondUrl, grace)
  await second.goto(`${stage.secondUrl}${change}`)
  await expect(second.getByText('1. The teams: all of (1 of approvers of the agent’s team)').first()).toBeVisible()
  await everythingShown(second)
  await approveOn(second).click()
  await expect(second.getByRole('main').getByText('Applied').first()).toBeVisible()

  // A rule names it.
  const rule = `@id("both") @reason("Both teams look at this.") @requirement("both-teams")
    forbid (principal, action, resource) when { context has currency && context.currency == "NOK" } unless { context.approved };`
  await publishRule(browser, stage, rule, 'Both teams')
  await page.goto(`${stage.url}/policies/approvals`)
  await expect(page.getByText('Named by both.')).toBeVisible()
  await clean(page, 'journey-approval-policies')

  const params = { recipient: 'DE89370400440532013000', amount: '12.00', currency: 'NOK', subject: 'Chairs' }
  const asked = await submit(
    stage,
    { tool: 'send_money', operation: 'pay', params },
    0,
    agentOf(stage, 'Invoice agent'),
  )
  expect(asked.body.status).toBe('held')
  const at = `/approvals/${asked.body.hold.id}`

  const first = await as(browser, stage.url, tom)
  await first.goto(stage.url + at)
  const stages = first.getByRole('region', { name: 'Both teams' })
  await expect(stages).toContainText('Its turn')
  await expect(stages).toContainText('Lena Fischer')
  await everythingShown(first)
  await clean(first, 'journey-quorum-first')
  await approveOn(first).click()
  await expect(first.getByRole('main').getByText('Tom Becker approved').first()).toBeVisible()

  const small = await as(browser, stage.secondUrl, lena, phone)
  await small.goto(stage.secondUrl + at)
  await everythingShown(small)
  await small.screenshot({ path: '.artefacts/screens/journey-quorum-phone.png', fullPage: true })
  await approveOnPhone(small)
  expect(await decided(stage, asked.body.id, agentOf(stage, 'Invoice agent'))).toMatchObject({ status: 'approved' })
})

test('groups within groups are written by keyboard and on a phone, and a policy is retired and taken back', async ({
  browser,
  stage,
}) => {
  test.setTimeout(120_000)
  const page = await as(browser, stage.url, ada, { colorScheme: 'dark' })
  await page.goto(`${stage.url}/policies/approvals`)
  await page.getByRole('button', { name: 'Add one' }).press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Add an approval policy' })
  await dialog.getByRole('textbox', { name: 'Title' }).fill('A pair or the governors')
  await dialog.getByRole('textbox', { name: 'Name in rules' }).fill('pair-or-governors')
  await dialog.getByRole('textbox', { name: 'What it is called' }).fill('Who agrees')
  await dialog.getByRole('button', { name: 'A set of groups' }).press('Enter')
  const within = dialog.getByRole('group', { name: 'Stage 1, set 2', exact: true })
  const second = within.getByRole('combobox', { name: 'Stage 1, set 2, group 2: who' })
  await second.press('Enter')
  await page.getByRole('option', { name: 'Administrators and governors' }).press('Enter')
  await expect(second).toHaveText('Administrators and governors')
  const many = dialog.getByRole('combobox', { name: 'Stage 1: how many groups' })
  await many.press('Enter')
  await page.getByRole('option', { name: 'Any one of these agrees' }).press('Enter')
  const could = dialog.getByRole('region', { name: 'Who could agree today' })
  await expect(could).toContainText('1 of administrators and governors')
  await expect(dialog.getByText('JSON', { exact: false })).toHaveText('Write the stages as JSON')
  await clean(page, 'journey-approval-policy-nested-dark')
  await dialog.getByRole('button', { name: 'Propose', exact: true }).press('Enter')
  await expect(page).toHaveURL(/\/approvals\/hld_/)

  const small = await as(browser, stage.secondUrl, grace, phone)
  await small.goto(`${stage.secondUrl}${new URL(page.url()).pathname}`)
  await expect(small.getByText('any of (1 of approvers of the agent’s team), (any of (').first()).toBeVisible()
  await everythingShown(small)
  await approveOnPhone(small)
  await expect(small.getByRole('main').getByText('Applied').first()).toBeVisible()

  await small.goto(`${stage.secondUrl}/policies/approvals`)
  const card = small.getByRole('listitem').filter({ hasText: 'pair-or-governors' })
  await card.getByRole('button', { name: 'Change A pair or the governors' }).click()
  const change = small.getByRole('dialog', { name: 'Change A pair or the governors' })
  await expect(change.getByRole('combobox', { name: 'Stage 1, set 2, group 2: who' })).toHaveText(
    'Administrators and governors',
  )
  await change.getByRole('button', { name: 'Another group in this set' }).click()
  await expect(change.getByRole('combobox', { name: 'Stage 1, set 2, group 3: who' })).toBeVisible()
  await clean(small, 'journey-approval-policy-nested-phone')
  await change.getByRole('button', { name: 'Cancel' }).click()

  await card.getByRole('button', { name: 'Retire A pair or the governors' }).click()
  const retire = small.getByRole('dialog', { name: 'Retire A pair or the governors' })
  await retire.getByRole('textbox', { name: 'Reason' }).fill('Nobody asks by it.')
  await retire.getByRole('button', { name: 'Retire', exact: true }).click()
  await expect(card).toHaveCount(0)
  await small.getByRole('link', { name: 'Retired', exact: true }).click()
  await expect(card).toContainText('Nobody asks by it.')
  await clean(small, 'journey-approval-policies-retired-phone')
  await card.getByRole('button', { name: 'Restore A pair or the governors' }).click()
  await small.getByRole('dialog').getByRole('button', { name: 'Restore', exact: true }).click()
  await expect(card).toHaveCount(0)
})
