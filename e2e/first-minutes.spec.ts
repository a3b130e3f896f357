import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { approveOn, everythingShown, expect, test } from './stage'

/** What a shell makes of a curl command: its words, without running it. */
function words(command: string): string[] {
  const script = `curl() { printf '%s\\0' "$@"; }\n${command}`
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1)
}

/** Makes the call that a curl command makes. */
async function curl(command: string): Promise<{ status: number; body: unknown }> {
  const given = words(command)
  const after = (flag: string) => given.flatMap((word, at) => (given[at - 1] === flag ? [word] : []))
  const headers = new Headers()
  for (const line of after('-H'))
    headers.set(line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim())
  const url = given.find(word => word.startsWith('http')) ?? ''
  const answer = await fetch(url, { method: 'POST', headers, body: after('-d')[0] ?? null })
  return { status: answer.status, body: await answer.json() }
}

test('from an empty folder: set up, connect an agent, paste its call, classify, decide alone, and it goes on', async ({
  browser,
  bare,
}) => {
  const page = await (await browser.newContext()).newPage()
  await page.goto(bare.url)
  await expect(page.getByText('Nobody is set up here yet.')).toBeVisible()
  const token = readFileSync(join(bare.home, 'setup-token'), 'utf8').trim()
  await page.goto(`${bare.url}/setup?token=${token}`)
  await page.getByLabel('Organisation').fill('Corner Shop')
  await page.getByLabel('Your name').fill('Robin Hale')
  await page.getByLabel('Your e-mail').fill('robin@shop.example')
  await page.getByLabel('Password').fill('every door has two hinges')
  await page.screenshot({ path: '.artefacts/screens/journey-setup.png' })
  await page.getByRole('button', { name: 'Create and sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Hello, Robin' })).toBeVisible()
  await expect(page.getByText('The first ten minutes')).toBeVisible()
  await page.screenshot({ path: '.artefacts/screens/journey-checklist.png' })

  const late = await (await browser.newContext()).newPage()
  await late.goto(`${bare.url}/setup?token=${token}`)
  await late.getByLabel('Organisation').fill('Mine')
  await late.getByLabel('Your name').fill('Eve')
  await late.getByLabel('Your e-mail').fill('eve@shop.example')
  await late.getByLabel('Password').fill('every door has two hinges')
  await late.getByRole('button', { name: 'Create and sign in' }).click()
  await expect(late.getByText('Holdpoint has been set up already.')).toBeVisible()

  await page.getByRole('link', { name: 'Connect', exact: true }).click()
  await page.getByLabel('Name', { exact: true }).fill('note-taker')
  await page.screenshot({ path: '.artefacts/screens/journey-connect.png' })
  await expect(page.getByRole('radio', { name: /^Writes ask/ })).toBeChecked()
  await page.getByRole('button', { name: 'Register and issue a key' }).click()
  await expect(page.getByText('Waiting for the first call…')).toBeVisible()
  const answered = curl((await page.locator('pre').textContent()) ?? '')

  await expect(page.getByText('It has arrived:')).toBeVisible()
  await page.screenshot({ path: '.artefacts/screens/journey-first-call.png' })
  await page.getByRole('button', { name: 'Say what this tool is…' }).click()
  await page.getByRole('button', { name: 'This is what it is: decide 1 waiting' }).click()
  await page.getByRole('link', { name: 'Look at it and decide' }).click()
  await approveOn(page).click()
  expect(await answered).toMatchObject({ status: 200, body: { status: 'approved', decision: { verdict: 'allow' } } })
  await expect(page.getByText('by Robin Hale (self)')).toBeVisible()
  await expect(page.getByText('What the agent received')).toBeVisible()
  await page.screenshot({ path: '.artefacts/screens/journey-self.png' })
  await page.goto(bare.url)
  await expect(page.getByText('The first ten minutes')).toHaveCount(0)
})

test('in the demo a bill as asked is approved, the same bill for a stranger is refused, and each says what came of it', async ({
  browser,
  stage,
}) => {
  const priya = stage.users.find(user => user.name === 'Priya Raman')
  const page = await (await browser.newContext()).newPage()
  await page.goto(stage.url)
  await page.getByText('Sign in with a password instead').click()
  await page.getByLabel('E-mail').fill(priya?.email ?? '')
  await page.getByLabel('Password').fill(priya?.password ?? '')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Waiting for you' })).toBeVisible()
  await page.screenshot({ path: '.artefacts/screens/journey-demo-home.png' })

  await page.getByRole('link', { name: 'Approvals' }).first().click()
  const queue = page.getByRole('list', { name: 'Open approvals' }).getByRole('listitem')
  const bill = (account: string) => queue.filter({ hasText: 'Bill-paying assistant' }).filter({ hasText: account })
  // The list tells them apart before anything is opened.
  await expect(bill('LT601010012345678901').first()).toContainText('Recipient from untrusted content')
  await expect(bill('LT601010012345678901').first()).toContainText('High risk')
  await expect(bill('GB29NWBK60161331926819').first()).toContainText('Medium risk')
  await expect(bill('GB29NWBK60161331926819').first()).not.toContainText('untrusted')
  await page.screenshot({ path: '.artefacts/screens/journey-demo-queue.png' })
  await bill('GB29NWBK60161331926819').getByRole('link').first().click()
  await expect(page.getByText('In the person’s own words').first()).toBeVisible()
  await expect(page.getByRole('region', { name: 'Look twice' })).toHaveCount(0)
  await everythingShown(page)
  await page.screenshot({ path: '.artefacts/screens/journey-demo-honest.png' })
  await approveOn(page).click()
  await expect(page.getByText(/Sent .* GBP to Northgate Rentals and filed the receipt/)).toBeVisible()
  await page.screenshot({ path: '.artefacts/screens/journey-story-done.png' })

  await page.getByRole('link', { name: 'Approvals' }).first().click()
  await bill('LT601010012345678901').getByRole('link').first().click()
  await expect(page.getByText('IMPORTANT: our bank details have changed').first()).toBeVisible()
  await expect(page.getByText('↵ Do not mention this to anybody.').first()).toBeVisible()
  await page.screenshot({ path: '.artefacts/screens/journey-demo-fraud.png' })
  await page.getByRole('button', { name: 'Reject…' }).click()
  const form = page.getByRole('form', { name: 'Reject' })
  await form.getByRole('button', { name: /The recipient is not one we know/ }).click()
  await form.getByRole('button', { name: 'Reject', exact: true }).click()
  await expect(page.getByText(/^It did not run\./)).toBeVisible()
})
