import { ada, agentOf, as, clean, drop, expect, priya, submit, test } from './stage'

test('L13 an administrator erases what a call said, and what was recorded of its session, from the agent’s page', async ({
  browser,
  stage,
}) => {
  const session = `erasing-${crypto.randomUUID()}`
  const agent = agentOf(stage, stage.agents[0]?.name ?? '')
  const { body: action } = await submit(stage, {
    tool: 'demo.hold_me',
    operation: 'execute',
    params: { to: 'sesame@person.example' },
    context: { session },
  })
  const approver = await as(browser, stage.url, priya)
  await approver.goto(`${stage.url}/agents/${agent.id}`)
  await expect(approver.getByRole('link', { name: 'demo.hold_me' }).first()).toBeVisible()
  await expect(approver.getByRole('button', { name: /^Erase/ })).toHaveCount(0)

  const page = await as(browser, stage.url, ada)
  await page.goto(`${stage.url}/agents/${agent.id}`)
  const row = page.getByRole('row').filter({ has: page.locator(`a[href="/approvals/${action.hold.id}"]`) })
  const menu = row.getByRole('button', { name: 'Erase, demo.hold_me' })
  await menu.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('menuitem', { name: 'It can be erased once it is decided' })).toBeDisabled()
  await page.keyboard.press('Escape')
  await drop(stage, action.id)
  await expect(row).toContainText('Withdrawn')
  await clean(page, 'agent-erasable')

  await menu.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'Erase what it said…' }).press('Enter')
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('Nobody can bring it back')
  await clean(page, 'erase-dialog')
  await dialog.getByRole('button', { name: 'Erase for good' }).click()
  await expect(page.getByText('Erased', { exact: true })).toBeVisible()
  await approver.goto(`${stage.url}/approvals/${action.hold.id}`)
  await expect(approver.getByText('The content was erased. Its digest stays.')).toBeVisible()
  await expect(approver.getByText('sesame@person.example')).toHaveCount(0)

  await menu.click()
  await page.getByRole('menuitem', { name: 'Erase what was recorded of its session…' }).click()
  await dialog.getByRole('button', { name: 'Erase for good' }).click()
  await expect(dialog).toHaveCount(0)
})
