import { ada, agentOf, as, choose, expect, submit, test } from './stage'

test('saying once what a new tool is answers every call that waited for it, of every agent', async ({
  browser,
  stage,
}) => {
  const call = (row: number, agent: string) =>
    submit(
      stage,
      { tool: 'ledger.lookup', operation: 'read', params: { row, api_key: `key-of-row-${row}` } },
      30,
      agentOf(stage, agent),
    )
  const waiting = Promise.all([call(1, 'Invoice agent'), call(2, 'Invoice agent'), call(3, 'Refund agent')])

  const page = await as(browser, stage.url, ada)
  await page.goto(`${stage.url}/approvals?who=all`)
  const item = page.getByRole('list', { name: 'Open approvals' }).getByRole('link', { name: /ledger\.lookup/ })
  await expect(item).toHaveCount(1)
  await item.click()
  await expect(page.getByText('3 calls wait for this')).toBeVisible()
  // Nobody has said yet what is a secret: what is called like one is shown on a press alone.
  const main = page.getByRole('main')
  await expect(main).not.toContainText('key-of-row')
  await main.getByRole('button', { name: 'Show the secret' }).first().click()
  await expect(main.getByText(/^key-of-row-\d$/)).toHaveCount(1)
  await page.screenshot({ path: '.artefacts/screens/journey-new-tool.png' })
  await page.getByRole('button', { name: 'Say what this tool is…' }).click()
  const sheet = page.getByRole('dialog', { name: 'ledger.lookup' })
  await choose(sheet.getByRole('combobox', { name: 'What it does' }), 'read')
  await choose(sheet.getByRole('combobox', { name: 'Data it touches' }), 'internal')
  await page.screenshot({ path: '.artefacts/screens/journey-classify.png' })
  await sheet.getByRole('button', { name: 'This is what it is: decide 3 waiting' }).click()

  for (const { body } of await waiting)
    expect(body).toMatchObject({ status: 'allowed', decision: { verdict: 'allow' } })
  await expect(sheet).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Say what this tool is…' })).toHaveCount(0)
  await page.goto(`${stage.url}/tools?q=ledger.lookup`)
  await expect(page.getByRole('row', { name: /ledger\.lookup/ })).toContainText('Classified')
})
