import { ada, agentOf, approveOn, as, clean, everythingShown, expect, grace, test } from './stage'

test('a scope is given by the keyboard alone, counts once a second person agrees, and is taken away by one', async ({
  browser,
  stage,
}) => {
  const agent = agentOf(stage, 'Upkeep agent')
  const governor = await as(browser, stage.url, grace)
  await governor.goto(`${stage.url}/agents/${agent.id}`)
  const may = governor.getByRole('region', { name: 'What it may do' })
  const line = may.getByRole('listitem').filter({ hasText: 'ledger.*' })
  await may.getByRole('button', { name: 'Give a scope' }).press('Enter')
  const dialog = governor.getByRole('dialog', { name: /^Give Upkeep agent a scope$/ })
  await expect(dialog.getByRole('button', { name: 'Give it' })).toBeDisabled()
  await dialog.getByLabel('Tools').fill('ledger.*')
  await clean(governor, 'scope')
  await dialog.getByLabel('Tools').press('Enter')
  const told = dialog.getByRole('status')
  await expect(told).toContainText('A second person must agree.')
  const approval = await told.getByRole('link', { name: 'See the approval' }).getAttribute('href')
  await dialog.getByRole('button', { name: 'Done' }).press('Enter')
  await expect(dialog).toHaveCount(0)
  await expect(line).toHaveCount(0)

  const second = await as(browser, stage.secondUrl, ada)
  await second.goto(`${stage.secondUrl}${approval}`)
  const change = second.getByRole('region', { name: 'What will happen' })
  await expect(change).toContainText('added: May read with ledger.* on anything, in production')
  await expect(change).not.toContainText('removed:')
  await everythingShown(second)
  await clean(second, 'scope-approval')
  await approveOn(second).click()
  await expect(line).toContainText('May read with ledger.*')

  await line.getByRole('button', { name: 'Take this away' }).click()
  await governor.getByRole('dialog', { name: 'Take this scope away?' }).getByRole('button', { name: /^Take/ }).click()
  await expect(line).toHaveCount(0)
})
