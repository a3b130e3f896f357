import { randomUUID } from 'node:crypto'
import type { Browser, Page } from '@playwright/test'
import {
  ada,
  agentOf,
  approveOn,
  as,
  choose,
  clean,
  type DemoAgent,
  everythingShown,
  expect,
  grace,
  nora,
  priya,
  type Stage,
  submit,
  test,
  tom,
} from './stage'

const mira = 'mira@demo.example'
const lena = 'lena@demo.example'

/** A transfer of the kind that keeps coming back. */
const transfer = (amount: string, recipient: string, more: Record<string, unknown> = {}) => ({
  tool: 'send_money',
  operation: 'pay',
  params: { recipient, amount, currency: 'EUR', subject: 'Office rent' },
  impact: { amount: { value: amount, currency: 'EUR' } },
  ...more,
})

/** Agrees on the decision screen, having looked at all of it. */
async function agree(browser: Browser, url: string, email: string, hold: string, picture: string): Promise<Page> {
  const page = await as(browser, url, email)
  await page.goto(`${url}/approvals/${hold}`)
  await everythingShown(page)
  await clean(page, picture)
  await approveOn(page).click()
  await expect(page.getByRole('main').getByText('Applied').first()).toBeVisible()
  return page
}

/** The dialog as it stands, filled in: proposed once what it would have covered has been shown. Answers its approval. */
async function propose(page: Page): Promise<string> {
  const dialog = page.getByRole('dialog', { name: 'Propose a standing approval' })
  await expect(dialog.getByRole('region', { name: 'The last 14 days' })).toContainText(/asked|Nothing/)
  await dialog.getByRole('button', { name: 'Propose', exact: true }).click()
  await expect(page).toHaveURL(/\/approvals\/hld_/)
  return new URL(page.url()).pathname.split('/').at(-1) ?? ''
}

const byGrant = { status: 'allowed', decision: { by: 'grant', code: 'grant.covered' } }

test('what people keep approving is proposed, agreed to by a second person, goes on, and ends when it is revoked', async ({
  browser,
  stage,
}) => {
  const agent = agentOf(stage, 'Refund agent')
  const rent = (n: number) => transfer(`${100 + n}.50`, 'DE89370400440532013000')
  const second = await as(browser, stage.url, priya)
  for (let n = 1; n <= 5; n++) {
    const { hold } = (await submit(stage, rent(n), 0, agent)).body
    const { shown_digest: digest } = await (
      await second.request.get(`${stage.url}/api/console/holds/${hold.id}`)
    ).json()
    const data = { verdict: 'approve', digest }
    const path = `${stage.url}/api/console/holds/${hold.id}/reviews`
    expect((await second.request.post(path, { data, headers: { origin: stage.url } })).status()).toBe(201)
  }
  const page = await as(browser, stage.secondUrl, tom)
  await page.goto(`${stage.secondUrl}/grants`)
  const card = page.getByRole('listitem').filter({ hasText: 'Refund agent' }).filter({ hasText: 'approved 5 times' })
  await card.getByRole('button', { name: 'Look at it and propose…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Propose a standing approval' })
  await expect(dialog.getByLabel('recipient: value')).toHaveValue('DE89370400440532013000')
  await expect(dialog.getByLabel('amount: value')).toHaveValue('105.5')
  await expect(dialog.getByRole('region', { name: 'The last 14 days' })).toContainText('spared people 5 approvals')

  // What can never be approved in advance is said at its field, and nothing is sent.
  await dialog.getByLabel('Times, in all').fill('often')
  await dialog.getByRole('button', { name: 'Propose', exact: true }).click()
  await expect(dialog.getByLabel('Times, in all')).toBeFocused()
  await expect(dialog.getByText('A whole number from 1 to 10,000.')).toBeVisible()
  await dialog.getByLabel('Times, in all').fill('3')
  await expect(dialog.getByRole('region', { name: 'The last 14 days' })).toContainText('spared people 3 approvals')
  await clean(page, 'journey-grant-dialog')
  const hold = await propose(page)
  await expect(page.getByText('You proposed this change.')).toBeVisible()
  expect((await submit(stage, rent(5), 0, agent)).body.status).toBe('held')

  await agree(browser, stage.url, priya, hold, 'journey-grant-approval')
  expect((await submit(stage, rent(4), 0, agent)).body).toMatchObject(byGrant)
  const other = transfer('104.50', 'GB29NWBK60161331926819')
  expect((await submit(stage, other, 0, agent)).body.status).toBe('held')

  await page.goto(`${stage.secondUrl}/grants`)
  await page
    .getByRole('region', { name: 'In force' })
    .getByRole('link', { name: /^Use send_money/ })
    .click()
  await expect(page.getByRole('region', { name: 'What it covers' })).toContainText('Used 1 of 3')
  await clean(page, 'journey-grant-page')
  await page.getByRole('button', { name: 'Revoke…' }).click()
  await page.getByRole('dialog').getByLabel('Reason').fill('The lease has ended.')
  await page.getByRole('button', { name: 'Revoke it' }).click()
  await expect(page.getByRole('main').getByText('Revoked').first()).toBeVisible()
  expect((await submit(stage, rent(3), 0, agent)).body.status).toBe('held')
})

/** Speaks to the doors of standing approvals as an agent does. */
async function ask(stage: Stage, agent: DemoAgent, body: object, wait: number) {
  const answer = await fetch(`${stage.url}/api/v1/grants`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${agent.key}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
      prefer: `wait=${wait}`,
    },
    body: JSON.stringify(body),
  })
  return answer.json()
}

test('a task asks people once: inside what they agreed to it goes on, outside it waits', async ({ browser, stage }) => {
  const agent = agentOf(stage, 'Invoice agent')
  const task = `rent-${randomUUID()}`
  const line = {
    tool: 'send_money',
    params: {
      recipient: { one_of: ['DE02120300000000202051', 'DE02500105170137075030'] },
      amount: { at_most: '250' },
      currency: { equals: 'EUR' },
      subject: { max_length: 40 },
    },
    count: 5,
    amount: { value: '400', currency: 'EUR' },
  }
  const reason = `Pay the rents of March (${task}).`
  const waiting = ask(stage, agent, { task, reason, expires_in_seconds: 3_600, lines: [line] }, 60)
  const page = await as(browser, stage.secondUrl, priya)
  await page.goto(`${stage.secondUrl}/grants`)
  const row = page.getByRole('region', { name: 'Waiting for people' }).getByRole('listitem').filter({ hasText: task })
  await row.getByRole('link', { name: 'Open the approval' }).click()
  await expect(page).toHaveURL(/\/approvals\/hld_/)
  await expect(page.getByRole('main')).toContainText('400 EUR in all')
  await everythingShown(page)
  await clean(page, 'journey-envelope-approval')
  await approveOn(page).click()
  expect(await waiting).toMatchObject({ status: 'valid', lines: [{ count: 5, left: 5 }] })

  const pay = async (amount: string, recipient: string, context: object = { task }) =>
    (await submit(stage, transfer(amount, recipient, { context }), 0, agent)).body
  expect(await pay('240', 'DE02120300000000202051')).toMatchObject(byGrant)
  expect(await pay('150', 'DE02500105170137075030')).toMatchObject(byGrant)
  expect((await pay('20', 'DE02500105170137075030')).status, 'more than the sum').toBe('held')
  expect((await pay('9', 'GB29NWBK60161331926819')).status, 'to somebody else').toBe('held')
  expect((await pay('9', 'DE02120300000000202051', {})).status, 'outside the task').toBe('held')
})

test('a broken glass takes a second person, is seen by everybody, and is looked back at by a third', async ({
  browser,
  stage,
}) => {
  test.setTimeout(180_000)
  const agent = agentOf(stage, 'Invoice agent')
  const urgent = { tool: 'demo.hold_me', operation: 'execute', params: { step: 'fail over' } }
  const page = await as(browser, stage.url, grace)
  await page.goto(`${stage.url}/grants`)
  await page.getByRole('button', { name: 'Propose one' }).click()
  const dialog = page.getByRole('dialog', { name: 'Propose a standing approval' })
  await dialog.getByRole('radio', { name: /^Break the glass/ }).click()
  await choose(dialog.getByRole('combobox', { name: 'Agent' }), 'Invoice agent')
  await choose(dialog.getByRole('combobox', { name: 'Tool' }), 'demo.hold_me')
  if ((await dialog.getByLabel('step: value').count()) === 0) {
    await dialog.getByLabel('Another parameter').fill('step')
    await dialog.getByLabel('Another parameter').press('Enter')
  }
  await dialog.getByLabel('step: value').fill('fail over')
  for (const name of await dialog.getByLabel(/^(?!step).*: may be$/).all()) await choose(name, 'is left out')
  await dialog.getByLabel('Times, in all').fill('5')
  await dialog.getByLabel('Counts for').fill('61')
  await dialog.getByRole('button', { name: 'Propose', exact: true }).click()
  await expect(dialog.getByText('Say why.')).toBeVisible()
  await expect(dialog.getByText('At most one hour.')).toBeVisible()
  await dialog.getByRole('button', { name: '15 minutes' }).click()
  await dialog.getByLabel('Reason').fill('The bank link is down; payments stand still.')
  await clean(page, 'journey-glass-dialog')
  const hold = await propose(page)
  expect((await submit(stage, urgent, 0, agent)).body.status).toBe('held')

  const second = await agree(browser, stage.secondUrl, ada, hold, 'journey-glass-approval')
  expect((await submit(stage, urgent, 0, agent)).body).toMatchObject(byGrant)
  // Somebody of another team, and somebody who only looks.
  for (const email of [lena, nora]) {
    const onlooker = await as(browser, stage.url, email)
    await onlooker.goto(stage.url)
    const banner = onlooker.getByRole('region', { name: 'Emergency permission in force' })
    await expect(banner).toContainText('Glass broken for Invoice agent')
    await expect(banner).toContainText('The bank link is down')
    if (email === nora) await clean(onlooker, 'journey-glass-banner')
  }

  await second.getByRole('region', { name: 'Emergency permission in force' }).getByRole('link').click()
  await expect(second).toHaveURL(/\/grants\/grt_/)
  await second.getByRole('button', { name: 'Revoke…' }).click()
  await second.getByRole('dialog').getByLabel('Reason').fill('The bank link is back.')
  await second.getByRole('button', { name: 'Revoke it' }).click()
  await expect(second.getByRole('region', { name: 'Emergency permission in force' })).toHaveCount(0)
  // Who asked and who agreed do not judge it.
  await expect(second.getByRole('button', { name: 'It was justified…' })).toHaveCount(0)

  const auditor = await as(browser, stage.secondUrl, mira)
  await auditor.goto(`${stage.secondUrl}/grants`)
  const review = auditor.getByRole('region', { name: 'To be looked back at' })
  await review.getByRole('link', { name: /^Use demo\.hold_me/ }).click()
  await auditor.getByRole('button', { name: 'It was justified…' }).click()
  await auditor.getByRole('dialog').getByLabel('Reason').fill('The outage is in the log of the bank link.')
  await auditor.getByRole('button', { name: 'Write it down' }).click()
  await expect(auditor.getByRole('main')).toContainText('Justified, Mira Novak')
  await clean(auditor, 'journey-glass-page')
  await auditor.goto(`${stage.secondUrl}/grants`)
  await expect(auditor.getByRole('region', { name: 'All' })).toBeVisible()
  await expect(review).toHaveCount(0)
})
