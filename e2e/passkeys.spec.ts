import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Page } from '@playwright/test'
import { letterBox } from '@/server/testing/letters'
import { devices, laterBy, register, toDelete } from './countersigning'
import { emptyHome, forget, type House, open } from './house'
import { ada, approveOn, as, clean, everythingShown, expect, priya, type Stage, test, tom } from './stage'

// One of their own: what is countersigned here would be asked of every other journey too, and its clock is moved.
let house: House
let stage: Stage
let box: Awaited<ReturnType<typeof letterBox>>
let databaseUrl = ''
const day = 86_400
test.beforeAll(async ({ browser }) => {
  test.setTimeout(300_000)
  box = await letterBox()
  house = await open(emptyHome(), { HOLDPOINT_DEMO: '1', SMTP_URL: box.smtp.url, SMTP_FROM: box.smtp.from })
  databaseUrl = readFileSync(join(house.home, 'database.url'), 'utf8').trim()
  const demo: Pick<Stage, 'users' | 'agents'> = JSON.parse(readFileSync(join(house.home, 'demo.json'), 'utf8'))
  stage = { ...demo, url: house.url, secondUrl: house.url }
  const { request } = await as(browser, stage.url, ada)
  const { etag } = await (await request.get(`${stage.url}/api/console/settings`)).json()
  const headers = { origin: stage.url, 'if-match': `"${etag}"` }
  const set = await request.patch(`${stage.url}/api/console/settings`, { data: { countersign: 'high' }, headers })
  expect(set.status()).toBe(200)
})
test.afterAll(async () => {
  await house.stop()
  await box.close()
  forget(house.home)
})

/** Signs in anew in the same browser, with whatever is plugged into it. */
async function again(page: Page, email: string): Promise<void> {
  const headers = { origin: stage.url }
  const answer = await page.request.post(`${stage.url}/api/console/demo/sign-in`, { data: { email }, headers })
  expect(answer.status()).toBe(204)
}

const review = (page: Page, hold: string, data: unknown) =>
  page.request.post(`${stage.url}/api/console/holds/${hold}/reviews`, { data, headers: { origin: stage.url } })
const read = async (page: Page, hold: string) =>
  (await page.request.get(`${stage.url}/api/console/holds/${hold}`)).json()
const sentOn = (page: Page) =>
  page.waitForResponse(answer => answer.request().method() === 'POST' && answer.url().endsWith('/reviews'))
const line = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name })

async function openShown(page: Page, hold: string): Promise<void> {
  await page.goto(`${stage.url}/approvals/${hold}`)
  await everythingShown(page)
}

/** Approves as a person does, their key signing; answers what their browser sent. */
async function approveSigned(page: Page, hold: string) {
  await openShown(page, hold)
  const sent = sentOn(page)
  await approveOn(page).click()
  const answer = await sent
  expect(answer.status()).toBe(201)
  return answer.request().postDataJSON()
}

test('A11 a person with two keys signs with either; what they signed is good once, for them and for this; all of it is proven offline', async ({
  browser,
}) => {
  test.setTimeout(240_000)
  const page = await as(browser, stage.url, priya)
  const keys = await devices(page)
  const laptop = await keys.plugIn('internal')
  await register(page, stage.url, 'Laptop')
  await keys.plugIn('usb')
  await register(page, stage.url, 'Key ring')
  // Both are plugged in, and the one that is too new to sign stays silent.
  const first = await toDelete(stage, 3)
  const sent = await approveSigned(page, first)
  expect(sent.signature).toBeTruthy()
  await page.goto(`${stage.url}/settings/passkeys`)
  await expect(line(page, 'Laptop')).toContainText('last signed')
  await expect(line(page, 'Key ring')).toContainText('has signed nothing yet')

  // Refused: replayed, for something else, and by somebody else.
  const needed = { status: 403, code: 'hold.step_up_required' }
  const refused = async (answer: Awaited<ReturnType<typeof review>>) => ({
    status: answer.status(),
    code: (await answer.json()).code,
  })
  expect(await refused(await review(page, first, sent))).toEqual({ status: 409, code: 'hold.reviewed' })
  const second = await toDelete(stage, 4)
  const digest = (await read(page, second)).shown_digest
  expect(await refused(await review(page, second, { ...sent, digest }))).toEqual(needed)
  expect(await refused(await review(page, second, sent))).toEqual({ status: 409, code: 'hold.changed' })
  const other = await as(browser, stage.url, tom)
  expect(await refused(await review(other, first, sent))).toEqual(needed)

  // A day later the laptop stays at home. A page that is open then goes to sign in by itself, at any moment.
  await page.goto('about:blank')
  await laterBy(databaseUrl, day + 60)
  await again(page, priya)
  await keys.takeOut(laptop)
  await approveSigned(page, await toDelete(stage, 5))
  await page.goto(`${stage.url}/settings/passkeys`)
  await expect(line(page, 'Key ring')).toContainText('last signed')

  // With the log alone: by our program, and by the one that stands in the documentation.
  const administrator = await as(browser, stage.url, ada)
  const log = await (await administrator.request.get(`${stage.url}/api/console/audit/export`)).text()
  const [file, forged, recipe] = ['log.ndjson', 'forged.ndjson', 'check.mjs'].map(name => join(house.home, name))
  if (!file || !forged || !recipe) throw new Error('three files')
  writeFileSync(file, log)
  const signature = /"signature":"([\w-]+)"/.exec(log)?.[1] ?? ''
  expect(signature.length).toBeGreaterThan(60)
  const at = signature.length - 10
  const flipped = signature.slice(0, at) + (signature[at] === 'A' ? 'B' : 'A') + signature.slice(at + 1)
  writeFileSync(forged, log.replace(signature, flipped))
  const [, program] = /```js\n([\s\S]*?)```/.exec(readFileSync('docs/countersignature.md', 'utf8')) ?? []
  writeFileSync(recipe, program ?? '')
  const run = (...args: string[]) => promisify(execFile)(process.execPath, args, { encoding: 'utf8' })
  expect((await run(recipe, file)).stdout).toBe('2 countersignatures\n')
  await expect(run(recipe, forged)).rejects.toThrow('this countersignature proves nothing')
  const { vkey } = await (await administrator.request.get(`${stage.url}/api/console/audit/checkpoint`)).json()
  expect((await run('bin/holdpoint.mjs', 'verify', file, '--key', vkey)).stdout).toContain('Countersignatures: 2,')
})

test('A11 changed arguments are signed as they were changed: the form says so, and anything else is refused', async ({
  browser,
}) => {
  test.setTimeout(180_000)
  const page = await as(browser, stage.url, tom)
  await (await devices(page)).plugIn('internal')
  await register(page, stage.url, 'Desk')
  await page.getByRole('button', { name: 'It was me' }).click()
  await expect(page.getByRole('region', { name: 'Your passkeys have changed' })).toHaveCount(0)
  const hold = await toDelete(stage, 30)
  await openShown(page, hold)
  const before = (await read(page, hold)).shown_digest
  await page.getByRole('button', { name: 'With changes…' }).click()
  const form = page.getByRole('form', { name: 'Approve with changes' })
  await expect(form).toContainText('Change something first; then your passkey is asked for.')
  await form.getByLabel('records').fill('12')
  const signed = form.getByRole('region', { name: 'What you sign' })
  await expect(signed).toContainText('as you have changed them, not those that were asked for')
  await clean(page, 'countersigning-changes')
  // Another width is another form: what was typed is not carried over.
  await form.getByLabel('records').fill('12')
  const press = () => form.getByRole('button', { name: 'Approve with this change' }).click()

  // On its way somebody makes other arguments of it: real, but not what was signed.
  await page.route('**/reviews', route => {
    const data = route.request().postDataJSON()
    return route.continue({ postData: { ...data, params: { ...data.params, records: 25 } } })
  })
  const tampered = sentOn(page)
  await press()
  expect((await tampered).status()).toBe(403)
  await expect(page.getByRole('alert').first()).toBeVisible()
  expect((await read(page, hold)).approvals).toMatchObject({ received: 0 })
  await page.unroute('**/reviews')

  const sent = sentOn(page)
  await press()
  expect((await sent).status()).toBe(201)
  const now = await read(page, hold)
  expect(now).toMatchObject({ approvals: { received: 1 }, action: { params: { records: 12 } } })
  expect(now.shown_digest).not.toBe(before)
})

test('A11 somebody who has lost every key has them reset by an administrator, is told at once, and signs again a day after registering', async ({
  browser,
}) => {
  test.setTimeout(240_000)
  const lost = await as(browser, stage.url, tom, { viewport: { width: 1280, height: 800 } })
  const keys = await devices(lost)
  const old = await keys.plugIn('internal')
  await register(lost, stage.url, 'Old phone')
  await lost.goto(stage.url)
  const told = lost.getByRole('region', { name: 'Your passkeys have changed' })
  await expect(told).toContainText('A passkey was registered to your account')
  await clean(lost, 'passkey-told')

  const administrator = await as(browser, stage.url, ada)
  await administrator.goto(`${stage.url}/settings/people`)
  const name = stage.users.find(one => one.email === tom)?.name
  await administrator.getByRole('button', { name: `Reset the passkeys of ${name}` }).click()
  const dialog = administrator.getByRole('dialog', { name: `Reset the passkeys of ${name}?` })
  await dialog.getByRole('button', { name: 'Reset', exact: true }).click()
  await expect(dialog.getByText('Say why, in a few words.')).toBeVisible()
  await dialog.getByLabel('Reason').fill('Left both on a train; spoke to him')
  await clean(administrator, 'passkey-reset')
  await dialog.getByRole('button', { name: 'Reset', exact: true }).click()
  await expect(administrator.getByText(/passkeys? removed/)).toBeVisible()

  // Without reloading, and by mail.
  await expect(told).toContainText(`Your passkeys were reset by ${stage.users.find(one => one.email === ada)?.name}`)
  await clean(lost, 'passkey-reset-told')
  const mails = () => box.letters.filter(one => one.to.includes(tom) && one.text.includes('Your passkeys were reset'))
  await expect.poll(() => mails().length).toBe(1)
  expect(mails()[0]?.text.replaceAll(/\s+/g, ' ')).toMatch(
    /On \d{4}-\d\d-\d\d \d\d:\d\d UTC, from the address [\d.:a-f]+,/,
  )

  await told.getByRole('link', { name: 'Register one' }).click()
  await expect(lost.getByText('No passkeys yet')).toBeVisible()
  await expect(lost.getByRole('heading', { name: 'What became of them in the last thirty days' })).toBeVisible()
  await clean(lost, 'passkeys-none')
  const hold = await toDelete(stage, 7)
  await openShown(lost, hold)
  await approveOn(lost).click()
  await expect(lost.getByRole('alert').first()).toContainText('you have none')
  // What is left of the old device signs nothing; a new one has to wait.
  await keys.takeOut(old)
  await keys.plugIn('internal')
  await register(lost, stage.url, 'New phone')
  await expect(line(lost, 'New phone')).toContainText('Too new to sign')
  await openShown(lost, hold)
  await approveOn(lost).click()
  await expect(lost.getByRole('alert').first()).toContainText('Your passkey is new')
  await laterBy(databaseUrl, 2 * (day + 60))
  await again(lost, tom)
  await approveSigned(lost, await toDelete(stage, 8))
})
