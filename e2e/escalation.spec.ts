import type { Page } from '@playwright/test'
import { ada, agentOf, approveOn, as, choose, clean, everythingShown, expect, priya, submit, test, tom } from './stage'

/** Looked at in both themes, on a desk and on a phone; nothing is wider than the screen. */
async function looksRight(page: Page, name: string): Promise<void> {
  await clean(page, `escalation-${name}`)
  await page.setViewportSize({ width: 390, height: 844 })
  await clean(page, `escalation-${name}-small`)
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(wide, `${name} is wider than a phone`).toBeLessThanOrEqual(0)
  await page.setViewportSize({ width: 1280, height: 900 })
}

test('what nobody decides is passed on to whoever is on call, who sees why, and decides it', async ({
  browser,
  stage,
}) => {
  const page = await as(browser, stage.url, ada)
  const send = (path: string, data: unknown) =>
    page.request.post(`${stage.url}/api/console${path}`, { data, headers: { origin: stage.url } })
  const members: { items: { id: string; email: string }[] } = await (
    await page.request.get(`${stage.url}/api/console/members?limit=200`)
  ).json()
  const onCall = members.items.find(one => one.email === priya)?.id ?? ''
  const rota = { starts_on: '2026-01-05', hand_overs: ['00:00'], weeks: [Array.from({ length: 7 }, () => [onCall])] }
  const schedule = await (await send('/on-call', { name: 'Nights', time_zone: 'Europe/Berlin', rota })).json()

  await page.goto(`${stage.url}/settings`)
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Who decides' }).click()
  await page.getByRole('navigation', { name: 'Who decides' }).getByRole('link', { name: 'Escalation' }).click()
  const policies = page.getByRole('list', { name: 'Escalation policies' })
  await expect(policies.getByText('at 50 % of the time')).toBeVisible()
  await looksRight(page, 'standard')

  await page.getByRole('button', { name: 'New policy' }).click()
  const dialog = page.getByRole('dialog', { name: 'New escalation policy' })
  await dialog.getByLabel('Name').fill('To whoever is on call')
  await choose(dialog.getByLabel('Kind 1'), 'Whoever is on call')
  await expect(dialog.getByLabel('Schedule 1')).toHaveText('Nights')
  await dialog.getByRole('button', { name: 'Leave out 2' }).click()
  await dialog.getByLabel('After').fill('0')
  await dialog.getByText('They may decide it from then on').click()
  await choose(dialog.getByLabel('About a hold of'), 'Invoice agent')
  await dialog.getByRole('button', { name: 'Preview' }).click()
  const foreseen = dialog.getByRole('list', { name: 'Who would be told' })
  await expect(foreseen).toContainText('It opens')
  await expect(foreseen).toContainText(/Level 1.*Priya.*You are on call/)
  await looksRight(page, 'preview')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(policies.getByText('On call: Nights')).toBeVisible()
  await looksRight(page, 'policies')

  const { body } = await submit(
    stage,
    {
      tool: 'send_money',
      operation: 'pay',
      params: { recipient: 'DE89370400440532013000', amount: '75.00', currency: 'EUR', subject: 'Passed on' },
      impact: { amount: { value: '75.00', currency: 'EUR' } },
    },
    0,
    agentOf(stage, 'Invoice agent'),
  )
  const her = await as(browser, stage.url, priya)
  await her.goto(`${stage.url}/approvals/${body.hold.id}`)
  const passed = her.getByText(/^Passed on to level 1 of 1/)
  await expect(passed).toBeVisible()
  await passed.click()
  await expect(her.getByRole('list', { name: 'Who was told' })).toContainText('You are on call')
  await everythingShown(her)
  await clean(her, 'escalation-hold')
  await approveOn(her).click()
  await expect(her.getByRole('main').getByText('Approved').first()).toBeVisible()

  // Somebody who does not govern reads it, and changes nothing.
  const reader = await as(browser, stage.url, tom)
  await reader.goto(`${stage.url}/settings/escalation`)
  await expect(reader.getByText('On call: Nights')).toBeVisible()
  await expect(reader.getByRole('button', { name: 'New policy' })).toHaveCount(0)

  await page.getByRole('button', { name: 'Remove To whoever is on call' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(policies.getByText('On call: Nights')).toHaveCount(0)
  const headers = { origin: stage.url }
  await page.request.delete(`${stage.url}/api/console/on-call/${schedule.id}`, { headers })
})

test('a level’s channels and the hours of a policy are set by its form, checked at their fields, shown, and kept when it changes', async ({
  browser,
  stage,
}) => {
  test.setTimeout(180_000)
  const page = await as(browser, stage.url, ada)
  await page.goto(`${stage.url}/settings/escalation`)
  const policies = page.getByRole('list', { name: 'Escalation policies' })
  await page.getByRole('button', { name: 'New policy' }).click()
  const dialog = page.getByRole('dialog', { name: 'New escalation policy' })
  await dialog.getByLabel('Name').fill('By night and by device')
  await choose(dialog.getByLabel('At', { exact: true }), 'critical risk')
  const by = dialog.getByRole('group', { name: /which channels, level 1/ })
  await expect(by).toContainText('as each person prefers')
  await by.getByRole('checkbox', { name: 'Slack' }).click()
  await by.getByRole('checkbox', { name: 'Devices' }).click()
  await expect(by).toContainText('By these alone')
  await dialog.getByText('Only working hours count').click()

  const hours = dialog.getByRole('group', { name: 'Which working hours' })
  await hours.getByRole('checkbox', { name: /Of its own/ }).click()
  await hours.getByLabel('Time zone').fill('Mars/Base')
  await hours.getByLabel('Monday, from').fill('20:00')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(hours.getByText('A time zone such as Europe/Berlin')).toBeVisible()
  await expect(hours.getByText('It ends after it begins, on the same day')).toBeVisible()
  await looksRight(page, 'hours-wrong')

  // Hours that never come would make a level that never comes.
  await hours.getByLabel('Time zone').fill('Europe/Berlin')
  for (const day of ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'])
    await hours.getByRole('checkbox', { name: day }).click()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(hours.getByText('A level counts working hours: say some')).toBeVisible()
  for (const day of ['Saturday', 'Sunday']) await hours.getByRole('checkbox', { name: day }).click()
  await hours.getByLabel('Sunday, to').fill('24:00')
  await looksRight(page, 'hours')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toHaveCount(0)
  await expect(policies.getByText(/by Slack and Devices alone/)).toBeVisible()
  await expect(policies.getByText('Sat 08:00 to 18:00, Sun 08:00 to 24:00 (Europe/Berlin)')).toBeVisible()
  await looksRight(page, 'own-hours')

  // The form shows what was saved; what it does not change stays, and what is taken back is gone.
  await page.getByRole('button', { name: 'Change By night and by device' }).click()
  const change = page.getByRole('dialog', { name: 'Change By night and by device' })
  const again = change.getByRole('group', { name: /which channels, level 1/ })
  await expect(again.getByRole('checkbox', { name: 'Slack' })).toBeChecked()
  await expect(again.getByRole('checkbox', { name: 'E-mail' })).not.toBeChecked()
  await expect(change.getByLabel('Sunday, to')).toHaveValue('24:00')
  await again.getByRole('checkbox', { name: 'Devices' }).click()
  await change.getByRole('checkbox', { name: /Of its own/ }).click()
  await change.getByRole('button', { name: 'Save' }).click()
  await expect(change).toHaveCount(0)
  const kept = await (await page.request.get(`${stage.url}/api/console/escalation`)).json()
  expect(kept.items).toMatchObject([{ calendar: null, levels: [{ channels: ['slack'], working: true }] }])
  await expect(policies.getByText(/by Slack alone/)).toBeVisible()
  await expect(policies.getByText('(Europe/Berlin)')).toHaveCount(0)
  await page.getByRole('button', { name: 'Remove By night and by device' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(policies.getByText(/by Slack alone/)).toHaveCount(0)
})
