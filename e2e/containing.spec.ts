import {
  ada,
  agentOf,
  approveOn,
  as,
  clean,
  decided,
  expect,
  grace,
  isUntouched,
  submit,
  test,
  untouched,
} from './stage'

const lena = 'lena@demo.example'
const marc = 'marc@demo.example'
const upkeep = (n: number) => ({ tool: 'demo.hold_me', operation: 'execute', params: { upkeep: n } })

test('the kill switch counts what will stop, ends it at once, and is lifted by two people', async ({
  browser,
  stage,
}) => {
  const agent = agentOf(stage, 'Upkeep agent')
  const held = await submit(stage, upkeep(1), 0, agent)
  const waiting = submit(stage, upkeep(2), 30, agent)
  const onlooker = await as(browser, stage.url, marc)
  await onlooker.goto(`${stage.url}/approvals/${held.body.hold.id}`)
  await expect(approveOn(onlooker)).toBeEnabled()
  await untouched(onlooker)

  const governor = await as(browser, stage.url, grace)
  await governor.goto(`${stage.url}/agents/${agent.id}`)
  await governor.getByRole('main').getByRole('button', { name: 'Stop…' }).click()
  const dialog = governor.getByRole('dialog', { name: 'Stop agents' })
  await dialog.getByRole('radio', { name: /^Kill/ }).click()
  await expect(dialog.locator('dl > div', { hasText: 'open approvals' })).toContainText('2')
  await expect(dialog.locator('dl > div', { hasText: 'calls waiting' })).toContainText('2')
  await dialog.getByLabel('Reason').fill('It deletes what it should keep.')
  await governor.screenshot({ path: '.artefacts/screens/journey-kill-dialog.png' })
  await dialog.getByRole('button', { name: 'Kill agent Upkeep agent' }).click()

  expect((await waiting).body).toMatchObject({ status: 'contained', decision: { verdict: 'deny' } })
  expect(await decided(stage, held.body.id, agent)).toMatchObject({ status: 'contained' })
  await expect(onlooker.getByRole('main').getByText('Stopped').first()).toBeVisible()
  await expect(approveOn(onlooker)).toHaveCount(0)
  await expect(onlooker.getByRole('region', { name: 'Containment in force' })).toContainText('Upkeep agent: killed')
  await isUntouched(onlooker)
  await onlooker.screenshot({ path: '.artefacts/screens/journey-contained.png' })
  const harmless = { tool: 'demo.allow_me', operation: 'read' }
  expect((await submit(stage, harmless, 0, agent)).body.decision.verdict).toBe('deny')

  // Whoever proposes that it goes on cannot agree to it as well.
  const proposer = await as(browser, stage.secondUrl, ada)
  await proposer.goto(`${stage.secondUrl}/containment`)
  await proposer.getByRole('button', { name: 'Lift…' }).click()
  await proposer.getByRole('dialog').getByLabel('Reason').fill('The rule it misread is fixed.')
  await proposer.getByRole('button', { name: 'Propose to lift it' }).click()
  await expect(proposer).toHaveURL(/\/approvals\/hld_/)
  await expect(proposer.getByText('You proposed this change.')).toBeVisible()
  await expect(proposer.getByRole('button', { name: /^Approve\b/, disabled: false })).toHaveCount(0)
  expect((await submit(stage, harmless, 0, agent)).body.decision.verdict).toBe('deny')

  await governor.goto(proposer.url().replace(stage.secondUrl, stage.url))
  await expect(approveOn(governor)).toBeEnabled()
  await governor.screenshot({ path: '.artefacts/screens/journey-lift.png' })
  await approveOn(governor).click()
  await expect(proposer.getByRole('main').getByText('Applied').first()).toBeVisible()
  await expect(onlooker.getByRole('region', { name: 'Containment in force' })).toHaveCount(0)
  expect((await submit(stage, harmless, 0, agent)).body.decision.verdict).toBe('allow')
  // What was ended stays ended.
  expect(await decided(stage, held.body.id, agent)).toMatchObject({ status: 'contained' })
})

test('one move rejects and pauses the agent; what it had waiting is frozen until somebody lifts it', async ({
  browser,
  stage,
}) => {
  const agent = agentOf(stage, 'Deploy agent')
  const bad = await submit(stage, { tool: 'demo.hold_me', operation: 'execute', params: { deploy: 'bad' } }, 0, agent)
  const other = await submit(stage, { tool: 'demo.hold_me', operation: 'execute', params: { deploy: 'ok' } }, 0, agent)
  const rejected = decided(stage, bad.body.id, agent)
  const onlooker = await as(browser, stage.url, marc)
  await onlooker.goto(`${stage.url}/approvals/${other.body.hold.id}`)
  await expect(approveOn(onlooker)).toBeEnabled()
  await untouched(onlooker)

  const page = await as(browser, stage.url, lena)
  await page.goto(`${stage.url}/approvals/${bad.body.hold.id}`)
  await page.getByRole('button', { name: 'Reject and pause this agent…' }).click()
  const form = page.getByRole('form', { name: 'Reject' })
  await form.getByRole('button', { name: 'This is outside your task. Leave it.' }).click()
  await expect(form.getByRole('checkbox', { name: /Also pause Deploy agent/ })).toBeChecked()
  await form.getByRole('button', { name: 'Reject and pause' }).click()

  expect(await rejected).toMatchObject({
    status: 'rejected',
    decision: { reason: expect.stringContaining('This is outside your task.') },
  })
  await expect(page.getByRole('region', { name: 'Containment in force' })).toContainText('Deploy agent: paused')
  await expect(onlooker.getByRole('main').getByText('Frozen').first()).toBeVisible()
  await expect(onlooker.getByText('Frozen by a pause: it can be rejected, not approved.')).toBeVisible()
  await isUntouched(onlooker)
  await onlooker.screenshot({ path: '.artefacts/screens/journey-frozen.png' })
  const next = await submit(stage, { tool: 'demo.allow_me', operation: 'read' }, 0, agent)
  expect(next.body).toMatchObject({ status: 'denied', decision: { code: 'containment.paused' } })

  const governor = await as(browser, stage.url, grace)
  await governor.goto(`${stage.url}/containment`)
  await governor.getByRole('button', { name: 'Lift…' }).click()
  await governor.getByRole('dialog').getByLabel('Reason').fill('Looked into it.')
  await governor.getByRole('button', { name: 'Lift it' }).click()
  await expect(onlooker.getByText('Frozen by a pause')).toHaveCount(0)
  await approveOn(onlooker).click()
  expect(await decided(stage, other.body.id, agent)).toMatchObject({ status: 'approved' })
})

test('whoever may stop nothing is told whom to call, and is given no form to fill in', async ({ browser, stage }) => {
  const page = await as(browser, stage.url, 'mira@demo.example')
  await page.goto(`${stage.url}/containment`)
  await page.getByRole('main').getByRole('button', { name: 'Stop…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Stop agents' })
  await expect(dialog).toContainText('None of the agents that you see is yours to stop.')
  await expect(dialog.getByRole('textbox')).toHaveCount(0)
  await clean(page, 'stop-nothing')
})
