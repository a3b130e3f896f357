import type { CDPSession, Page } from '@playwright/test'
import { maintain } from '@/server/testing/template'
import { expect, type Stage, submit } from './stage'

/** What can be plugged into a browser (WebAuthn Level 3 §11.3): it recognises its person, and is touched when it is asked. */
const device = (transport: 'internal' | 'usb') =>
  ({
    protocol: 'ctap2',
    transport,
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  }) as const

/** The passkey devices of this page's browser: plugged in, and taken out again. */
export async function devices(page: Page) {
  const cdp: CDPSession = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  return {
    async plugIn(transport: 'internal' | 'usb'): Promise<string> {
      const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options: device(transport) })
      return authenticatorId
    },
    async takeOut(authenticatorId: string): Promise<void> {
      await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId })
    },
  }
}

/** Registers a passkey as a person does. */
export async function register(page: Page, url: string, name: string): Promise<void> {
  await page.goto(`${url}/settings/passkeys`)
  await page.getByRole('button', { name: 'Register a passkey' }).click()
  await page.getByLabel('What do you call it?').fill(name)
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('listitem').filter({ hasText: name })).toBeVisible()
}

/** Two people must agree to it, and it cannot be undone: of high risk. Answers the hold. */
export async function toDelete(stage: Pick<Stage, 'url' | 'agents'>, records = 3): Promise<string> {
  const resource = { type: 'table', id: 'customers', environment: 'production' }
  const params = { table: 'old', records, older_than: '2020-01-01' }
  const held = await submit(stage, { tool: 'delete_customer_records', operation: 'delete', resource, params })
  expect(held.status).toBe(202)
  return String(held.body.hold.id)
}

/** Moves the clock of a Holdpoint's database on, as seen from now. */
export async function laterBy(databaseUrl: string, seconds: number): Promise<void> {
  await maintain(
    databaseUrl,
    `create or replace function holdpoint.now() returns timestamptz language sql volatile
     as 'select clock_timestamp() + interval ''${seconds} seconds'''`,
  )
}
