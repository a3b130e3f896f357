import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { maintain } from '@/server/testing/template'
import { emptyHome, forget, open } from './house'
import { ada, approveOn, as, choose, clean, everythingShown, expect, grace, test } from './stage'

test('A27 whoever is made governor waits for a second person, who sees who gets what from whom', async ({
  browser,
}) => {
  const home = emptyHome()
  const house = await open(home, { HOLDPOINT_DEMO: '1' })
  const database = readFileSync(join(home, 'database.url'), 'utf8').trim()
  await maintain(database, `update organisation set founding_until = holdpoint.now() - interval '1 day'`)

  const page = await as(browser, house.url, ada)
  await page.goto(`${house.url}/settings/people`)
  const line = page.getByRole('listitem').filter({ hasText: 'tom@demo.example' })
  await line.getByRole('button', { name: 'Roles…' }).click()
  const dialog = page.getByRole('dialog')
  await choose(dialog.getByLabel('Role', { exact: true }).first(), 'governor')
  await dialog.getByLabel('Reason').fill('He looks after the rules from May on')
  await clean(page, 'roles-dialog')
  await dialog.getByRole('button', { name: 'Save' }).click()
  const waits = line.getByRole('link', { name: /Waits for a second person/ })
  await expect(waits).toBeVisible()
  await expect(line).not.toContainText('governor')
  await clean(page, 'roles-waiting')
  const hold = (await waits.getAttribute('href')) ?? ''

  const governor = await as(browser, house.url, grace)
  await governor.goto(house.url + hold)
  await expect(governor.getByRole('heading', { level: 1 })).toContainText(/Make “Tom .*” governor/)
  await expect(governor.getByText(/Proposed by Ada/)).toBeVisible()
  await expect(governor.getByText('He looks after the rules from May on')).toBeVisible()
  await clean(governor, 'roles-decision')
  await everythingShown(governor)
  await approveOn(governor).click()

  await expect(line).toContainText('governor', { timeout: 15_000 })
  await expect(waits).toHaveCount(0)
  await Promise.all(browser.contexts().map(context => context.close()))
  await house.stop()
  forget(home)
})
