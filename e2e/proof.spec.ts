import { accessible, as, expect, grace, submit, test } from './stage'

test('a policy is proved before it is proposed: a case, a replay with its denominator, a shadow, and what would change it', async ({
  browser,
  stage,
}) => {
  await submit(stage, { tool: 'demo.hold_me', params: { proof: 1 } })
  const page = await as(browser, stage.url, grace)
  await page.goto(`${stage.url}/policies`)
  await page.getByRole('link', { name: 'Proof', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Proof of a policy' })).toBeVisible()

  await page.getByRole('button', { name: 'Case…' }).click()
  await page.getByLabel('Name').fill('Paying is asked')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Run all' }).click()
  await expect(page.getByText('1 of 1 pass')).toBeVisible()

  await page.getByRole('button', { name: 'Replay', exact: true }).click()
  await expect(page.getByText(/recorded decisions could be judged again/).first()).toBeVisible()
  await expect(page.getByText('As before')).toBeVisible()

  await page.getByRole('button', { name: 'Shadow for 14 days' }).click()
  await expect(page.getByText('Running', { exact: true })).toBeVisible()

  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(page.getByText('in scope: no instead of yes', { exact: true })).toBeVisible()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await accessible(page, `proof ${colorScheme}`)
  }
  await page.setViewportSize({ width: 390, height: 844 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)

  // Leave no case behind: the proposals of other journeys would have to pass it.
  await page.getByRole('button', { name: 'Paying is asked' }).click()
  await page.getByRole('button', { name: 'Take away' }).click()
  await expect(page.getByText('No cases yet')).toBeVisible()
})
