import type { Browser, Page } from '@playwright/test'
import { ada, as, expect, type Stage, test } from './stage'

const password = 'a sentence that nobody guesses'
/** Sooner than a page would look by itself: it was told. */
const atOnce = { timeout: 4_500 }

/** Invites somebody as an administrator does, and accepts the link in a browser of their own. */
async function join(
  browser: Browser,
  stage: Stage,
  email: string,
  name: string,
): Promise<{ page: Page; link: string }> {
  const admin = await as(browser, stage.url, ada)
  await admin.goto(`${stage.url}/settings/people`)
  await admin.getByRole('button', { name: 'Invite' }).click()
  const dialog = admin.getByRole('dialog', { name: 'Invite a person' })
  await dialog.getByLabel('E-mail').fill(email)
  await dialog.getByRole('button', { name: 'Invite' }).click()
  const link = (await dialog.getByRole('button', { name: /\/invite\// }).textContent())?.match(/http\S+?(?=copy)/)?.[0]
  await admin.context().close()
  const page = await (await browser.newContext()).newPage()
  await page.goto(link ?? '')
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Join Meridian Freight')
  await page.getByLabel('Your name').fill(name)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Join' }).click()
  await expect(page.getByRole('heading', { name: `Hello, ${name.split(' ')[0]}` })).toBeVisible()
  return { page, link: link ?? '' }
}

async function signIn(page: Page, stage: Stage, email: string): Promise<void> {
  await page.goto(`${stage.url}/sign-in`)
  await page.getByText('Sign in with a password instead').click()
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

test('an invited person joins by a link that works once, signs out for good, and signs in again', async ({
  browser,
  stage,
}) => {
  const { page, link } = await join(browser, stage, 'ivy@new.example', 'Ivy Marsh')
  const cookies = await page.context().cookies()
  await page.getByRole('button', { name: /Ivy Marsh\s*, menu/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/sign-in/)
  // The old cookie, kept by somebody, opens nothing.
  const thief = await browser.newContext()
  await thief.addCookies(cookies)
  expect((await thief.request.get(`${stage.url}/api/console/me`)).status()).toBe(401)

  await page.goto(link)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This invitation is not valid any more')
  await signIn(page, stage, 'ivy@new.example')
  await expect(page.getByRole('heading', { name: 'Hello, Ivy' })).toBeVisible()
})

test('ending a sign-in elsewhere, and shutting a person out, sends their open pages to sign-in at once', async ({
  browser,
  stage,
}) => {
  const { page } = await join(browser, stage, 'noah@new.example', 'Noah Reed')
  const elsewhere = await (await browser.newContext()).newPage()
  await signIn(elsewhere, stage, 'noah@new.example')
  await expect(elsewhere.getByRole('heading', { name: 'Hello, Noah' })).toBeVisible()
  await elsewhere.goto(`${stage.url}/approvals`)
  await expect(elsewhere.getByTitle('Live')).toBeVisible()
  await page.goto(`${stage.url}/settings/sign-ins`)
  await page.getByRole('button', { name: 'End', exact: true }).click()
  await expect(elsewhere).toHaveURL(/\/sign-in\?to=%2Fapprovals/, atOnce)

  // On another instance: what ends, ends everywhere.
  await page.goto(`${stage.url}/approvals`)
  await expect(page.getByTitle('Live')).toBeVisible()
  const admin = await as(browser, stage.secondUrl, ada)
  await admin.goto(`${stage.secondUrl}/settings/people`)
  const line = admin.getByRole('listitem').filter({ hasText: 'Noah Reed' })
  await line.getByRole('button', { name: 'Shut out…' }).click()
  await admin.getByLabel('Reason').fill('Left the company.')
  await admin.getByRole('button', { name: 'Shut out', exact: true }).click()
  await expect(page).toHaveURL(/\/sign-in/, atOnce)
  await expect(line.getByText('Shut out', { exact: true })).toBeVisible()
  await signIn(page, stage, 'noah@new.example')
  await expect(page.getByText('That e-mail and password do not match.')).toBeVisible()
})
