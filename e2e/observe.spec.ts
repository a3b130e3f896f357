import { accessible, ada, agentOf, approveOn, as, expect, grace, submit, test } from './stage'

const routine = (n: number) => ({ tool: 'demo.hold_me', operation: 'execute', params: { routine: n } })

test('an agent is watched only by leave of two people, and is enforced again by one', async ({ browser, stage }) => {
  const agent = agentOf(stage, 'Upkeep agent')
  const governor = await as(browser, stage.url, grace)
  await governor.goto(`${stage.url}/agents/${agent.id}`)
  const enforcement = governor.getByRole('region', { name: 'Enforcement' })
  await expect(enforcement).toContainText('Enforced')
  await enforcement.getByRole('button', { name: 'Watch only…' }).click()
  const dialog = governor.getByRole('dialog', { name: /only\?$/ })
  await dialog.getByLabel('Reason').fill('To see what it does before it is enforced.')
  await dialog.getByRole('button', { name: 'Ask a second person' }).click()
  await expect(dialog.getByRole('status')).toContainText('Until then it is enforced.')
  const approval = await dialog.getByRole('link', { name: 'See the approval' }).getAttribute('href')
  expect((await submit(stage, routine(0), 0, agent)).body.status).toBe('held')

  const second = await as(browser, stage.secondUrl, ada)
  await second.goto(`${stage.secondUrl}${approval}`)
  await expect(second.getByRole('main')).toContainText('without enforcing for 7 days')
  await second.screenshot({ path: '.artefacts/screens/journey-observe-approval.png' })
  await approveOn(second).click()
  const banner = second.getByRole('region', { name: 'Watching only' })
  await expect(banner).toContainText('Upkeep agent')

  for (let n = 1; n <= 6; n++) {
    const { body } = await submit(stage, routine(n), 0, agent)
    expect(body).toMatchObject({ status: 'allowed', enforced: false, would_be: { status: 'held' } })
  }
  await governor.goto(`${stage.url}/agents`)
  await expect(governor.getByRole('row', { name: /Upkeep agent/ })).toContainText('Watching only')
  await governor.getByRole('region', { name: 'Watching only' }).getByRole('link').click()
  await expect(governor).toHaveURL(new RegExp(`/agents/${agent.id}`))
  await expect(enforcement).toContainText('6 would have waited for people')
  await accessible(governor, 'observe')
  await governor.screenshot({ path: '.artefacts/screens/journey-observe.png', fullPage: true })

  // What would have waited most leads to the form, filled in.
  await enforcement.getByRole('link', { name: /^Propose it for demo\.hold_me/ }).click()
  const form = governor.getByRole('dialog', { name: 'Propose a standing approval' })
  await expect(form.getByRole('combobox', { name: 'Agent' })).toHaveText('Upkeep agent')
  await expect(form.getByRole('combobox', { name: 'Tool' })).toHaveText('demo.hold_me')
  await expect(form.getByLabel('routine: value')).toHaveValue(/^[1-6]$/)
  await expect(form.getByRole('region', { name: 'The last 14 days' })).toContainText('spared people 1 approval')
  await governor.screenshot({ path: '.artefacts/screens/journey-observe-propose.png' })
  await form.getByRole('button', { name: 'Cancel' }).click()
  await expect(form).toHaveCount(0)
  await governor.goto(`${stage.url}/agents/${agent.id}`)

  await enforcement.getByRole('button', { name: 'Enforce now…' }).click()
  await governor.getByRole('dialog').getByLabel('Reason').fill('Its rules are right.')
  await governor.getByRole('button', { name: 'Enforce now', exact: true }).click()
  await expect(enforcement.getByText('Enforced:')).toBeVisible()
  await expect(banner).toHaveCount(0)
  expect((await submit(stage, routine(7), 0, agent)).body).toMatchObject({ status: 'held', enforced: true })
})
