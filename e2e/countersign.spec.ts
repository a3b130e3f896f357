import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { devices, register, toDelete } from './countersigning'
import { emptyHome, forget, type House, open } from './house'
import { ada, approveOn, as, choose, clean, everythingShown, expect, priya, type Stage, test, tom } from './stage'

// One of their own: what is countersigned here would be asked of every other journey too.
let house: House
let stage: Stage
test.beforeAll(async () => {
  test.setTimeout(300_000)
  house = await open(emptyHome(), { HOLDPOINT_DEMO: '1' })
  const demo: Pick<Stage, 'users' | 'agents'> = JSON.parse(readFileSync(join(house.home, 'demo.json'), 'utf8'))
  stage = { ...demo, url: house.url, secondUrl: house.url }
})
test.afterAll(async () => {
  await house.stop()
  forget(house.home)
})

test('A11 an administrator has what is of high risk countersigned, people register passkeys, see what they sign, and sign it from a phone', async ({
  browser,
}) => {
  test.setTimeout(240_000)
  const administrator = await as(browser, stage.url, ada)
  await administrator.goto(`${stage.url}/settings`)
  await choose(administrator.getByLabel('Countersigned is'), 'What is of high or critical risk')
  await administrator
    .locator('section', { has: administrator.getByRole('heading', { name: 'Countersigning' }) })
    .getByRole('button', { name: 'Save' })
    .click()
  await expect(administrator.getByText('Saved')).toBeVisible()
  await clean(administrator, 'countersigning-setting')

  // Desktop: two keys, the second cools down.
  const first = await as(browser, stage.url, priya)
  const keys = await devices(first)
  await keys.plugIn('internal')
  await register(first, stage.url, 'Laptop')
  await keys.plugIn('usb')
  await register(first, stage.url, 'Key ring')
  await expect(first.getByRole('listitem').filter({ hasText: 'Key ring' })).toContainText('Too new to sign')
  await expect(first.getByRole('listitem').filter({ hasText: 'Laptop' })).not.toContainText('Too new')
  await clean(first, 'passkeys')
  await first.getByRole('button', { name: 'Rename Laptop' }).click()
  await first.getByLabel('Name', { exact: true }).fill('Desk')
  await first.getByRole('button', { name: 'Save' }).click()
  await expect(first.getByRole('listitem').filter({ hasText: 'Desk' })).toBeVisible()

  const hold = await toDelete(stage)
  await first.goto(`${stage.url}/approvals/${hold}`)
  const signing = first.getByRole('region', { name: 'What you sign' })
  await expect(signing).toContainText('Your passkey signs exactly this')
  await everythingShown(first)
  await clean(first, 'countersigning')
  // Phone: without a key one is told so; with one it counts.
  const second = await as(browser, stage.url, tom, { viewport: { width: 390, height: 844 }, hasTouch: true })
  await second.goto(`${stage.url}/approvals/${hold}`)
  await everythingShown(second)
  await approveOn(second).click()
  const sheet = second.getByRole('dialog')
  await sheet.getByRole('button', { name: /^Approve\b/ }).click()
  await expect(sheet.getByRole('alert')).toContainText('you have none')
  await (await devices(second)).plugIn('internal')
  await register(second, stage.url, 'Phone')
  await second.goto(`${stage.url}/approvals/${hold}`)
  await everythingShown(second)
  await approveOn(second).click()
  await expect(sheet.getByRole('region', { name: 'What you sign' })).toBeVisible()
  await clean(second, 'countersigning-phone')
  await sheet.getByRole('button', { name: /^Approve\b/ }).click()
  await expect(async () => {
    const { approvals } = await (await second.request.get(`${stage.url}/api/console/holds/${hold}`)).json()
    expect(approvals).toMatchObject({ received: 1, required: 2 })
  }).toPass({ timeout: 15_000 })
})
