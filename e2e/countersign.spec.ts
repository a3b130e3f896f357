import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { emptyHome, forget, type House, open } from './house'
import {
  ada,
  approveOn,
  as,
  choose,
  clean,
  everythingShown,
  expect,
  priya,
  type Stage,
  submit,
  test,
  tom,
} from './stage'

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

/** Lets passkey devices be plugged into this browser (WebAuthn Level 3 §11), which recognise their person. */
async function devices(page: Page) {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  return async (transport: 'internal' | 'usb') => {
    await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport,
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
  }
}

async function register(page: Page, name: string): Promise<void> {
  await page.goto(`${stage.url}/settings/passkeys`)
  await page.getByRole('button', { name: 'Register a passkey' }).click()
  await page.getByLabel('What do you call it?').fill(name)
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('listitem').filter({ hasText: name })).toBeVisible()
}

/** Two people must agree to it, and it cannot be undone. */
async function toDelete() {
  const agent = stage.agents[0]
  const resource = { type: 'table', id: 'customers', environment: 'production' }
  const params = { table: 'old', records: 3, older_than: '2020-01-01' }
  const held = await submit(stage, { tool: 'delete_customer_records', operation: 'delete', resource, params }, 0, agent)
  expect(held.status).toBe(202)
  return { hold: String(held.body.hold.id) }
}

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
  const plugIn = await devices(first)
  await plugIn('internal')
  await register(first, 'Laptop')
  await plugIn('usb')
  await register(first, 'Key ring')
  await expect(first.getByRole('listitem').filter({ hasText: 'Key ring' })).toContainText('Too new to sign')
  await expect(first.getByRole('listitem').filter({ hasText: 'Laptop' })).not.toContainText('Too new')
  await clean(first, 'passkeys')
  await first.getByRole('button', { name: 'Rename Laptop' }).click()
  await first.getByLabel('Name', { exact: true }).fill('Desk')
  await first.getByRole('button', { name: 'Save' }).click()
  await expect(first.getByRole('listitem').filter({ hasText: 'Desk' })).toBeVisible()

  const { hold } = await toDelete()
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
  await (await devices(second))('internal')
  await register(second, 'Phone')
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
