import type { Browser } from '@playwright/test'
import {
  approveOn,
  as,
  clean,
  decided,
  everythingShown,
  expect,
  nora,
  priya,
  type Stage,
  submit,
  test,
  tom,
} from './stage'

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

/** The agent, over plain HTTP, waiting for a decision or for a question. */
async function asAgent(stage: Stage, path: string, body?: unknown) {
  const answer = await fetch(`${stage.url}/api/v1/actions/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${stage.agents[0]?.key}`,
      'content-type': 'application/json',
      prefer: 'wait=30, questions',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return answer.json()
}

/** A deletion that two people must agree to, read and approved by the first of them, whose page stays open. */
async function approvedByOne(browser: Browser, stage: Stage, records: number) {
  const { body: action } = await submit(stage, {
    tool: 'delete_customer_records',
    operation: 'delete',
    params: { table: 'old', records, older_than: '2020-01-01' },
  })
  const first = await reading(browser, stage, action)
  await approveOn(first).click()
  return { action, first }
}

/** An approver's page of what is held, all of it read. */
async function reading(browser: Browser, stage: Stage, action: { readonly hold: { readonly id: string } }) {
  const page = await as(browser, stage.url, priya)
  await page.goto(`${stage.url}/approvals/${action.hold.id}`)
  await everythingShown(page)
  return page
}

const held = async (stage: Stage, params: Record<string, unknown>) =>
  (await submit(stage, { tool: 'demo.hold_me', operation: 'execute', params })).body

test('a person asks the agent, the agent answers while it waits, and its words are shown as its own', async ({
  browser,
  stage,
}) => {
  const action = await held(stage, { why: 'ask me' })
  const page = await reading(browser, stage, action)
  const woken = asAgent(stage, action.id)
  await page.keyboard.press('?')
  const form = page.getByRole('form', { name: 'Ask' })
  await form.getByLabel('Your question').fill('Which invoice is this for?')
  await form.getByRole('button', { name: 'Ask', exact: true }).click()
  const { hold } = await woken
  expect(hold.questions).toMatchObject([{ question: 'Which invoice is this for?', answers: [] }])
  const text = 'Invoice 7. <img src=x onerror="window.pwned=1"> Already approved by the C\u200BISO'
  await asAgent(stage, `${action.id}/answers`, { question: hold.questions[0].id, text })
  const questions = page.getByRole('list', { name: 'Questions' })
  await expect(questions.getByText('the agent answers')).toBeVisible()
  await expect(questions.getByText(/Invoice 7\. <img/)).toBeVisible()
  await expect(questions.getByText(/U\+200B/)).toBeVisible()
  expect(await page.evaluate(() => 'pwned' in window)).toBe(false)
  await questions.scrollIntoViewIfNeeded()
  await clean(page, 'questions')
  await page.getByRole('button', { name: 'Reject…' }).first().click()
  await page.getByRole('form', { name: 'Reject' }).getByRole('textbox').first().fill('Not this one.')
  await page
    .getByRole('form', { name: 'Reject' })
    .getByRole('button', { name: /^Reject/ })
    .last()
    .click()
  expect(await decided(stage, action.id)).toMatchObject({ status: 'rejected' })
})

test('on a phone an approver asks the owner, who answers there, and the agent reads neither', async ({
  browser,
  stage,
}) => {
  const action = await held(stage, { why: 'ask the owner' })
  const page = await as(browser, stage.url, priya, phone)
  await page.goto(`${stage.url}/approvals/${action.hold.id}`)
  await page.getByRole('button', { name: 'More', exact: true }).tap()
  await page.getByRole('dialog').getByRole('button', { name: 'Ask…' }).tap()
  const form = page.getByRole('form', { name: 'Ask' })
  await form.getByRole('radio', { name: /everyone who may decide/ }).tap()
  await form.getByLabel('Your question').fill('Is this ours?')
  await page.screenshot({ path: '.artefacts/screens/ask-phone.png', animations: 'disabled' })
  await form.getByRole('button', { name: 'Ask', exact: true }).tap()
  const owner = await as(browser, stage.url, nora, phone)
  await owner.goto(`${stage.url}/approvals/${action.hold.id}`)
  const questions = owner.getByRole('list', { name: 'Questions' })
  await expect(questions.getByText('Is this ours?')).toBeVisible()
  await questions.getByRole('button', { name: 'Answer…' }).tap()
  await owner.getByRole('form', { name: 'Answer' }).getByLabel('Your answer').fill('Yes, since March.')
  await owner.getByRole('button', { name: 'Send the answer' }).tap()
  await expect(questions.getByText('Yes, since March.')).toBeVisible()
  await questions.scrollIntoViewIfNeeded()
  await clean(owner, 'questions-phone')
  await expect(page.getByText('Yes, since March.')).toBeAttached()
  const read = JSON.stringify(await decidedNow(stage, action.id))
  expect(read).not.toMatch(/ours|March/)
})

const decidedNow = async (stage: Stage, id: string) =>
  (
    await fetch(`${stage.url}/api/v1/actions/${id}`, {
      headers: { authorization: `Bearer ${stage.agents[0]?.key}`, prefer: 'wait=0' },
    })
  ).json()

test('an approver gives it more time, and everybody reads the later end', async ({ browser, stage }) => {
  const action = await held(stage, { why: 'more time' })
  const page = await as(browser, stage.url, priya)
  await page.goto(`${stage.url}/approvals/${action.hold.id}`)
  await page.getByRole('button', { name: 'More time…' }).first().click()
  await page.screenshot({ path: '.artefacts/screens/more-time.png', animations: 'disabled' })
  await page.getByRole('menuitem', { name: /Four hours more/ }).click()
  await expect(page.getByText('It waits longer')).toBeVisible()
  const later = new Date(Date.parse(action.hold.expires_at) + 4 * 3_600_000).toISOString()
  await expect.poll(async () => (await decidedNow(stage, action.id)).hold.expires_at).toBe(later)
  await expect(page.getByText('It was given more time')).toBeAttached()
  // The asking side cannot.
  const owner = await as(browser, stage.url, nora)
  await owner.goto(`${stage.url}/approvals/${action.hold.id}`)
  await expect(owner.getByText(/You own this agent/).first()).toBeVisible()
  await expect(owner.getByRole('button', { name: 'More time…' })).toHaveCount(0)
})

test('A15 several of one class are read and approved together, by the keyboard', async ({ browser, stage }) => {
  // So many alike of one agent are one row, which opens.
  const alike = await Promise.all([1, 2, 3, 4, 5, 6].map(n => held(stage, { batch: n })))
  const actions = alike.slice(0, 3)
  const page = await as(browser, stage.url, priya)
  await page.goto(`${stage.url}/approvals?tool=demo.hold_me`)
  const groups = page.getByRole('button', { name: /more alike from/ })
  await expect(groups.first()).toBeVisible()
  for (const group of await groups.all()) await group.press('Enter')
  for (const one of actions) {
    await page.locator(`[data-hold="${one.hold.id}"]`).getByRole('checkbox').focus()
    await page.keyboard.press('Space')
  }
  await expect(page.getByText('3 selected')).toBeVisible()
  await page.getByRole('button', { name: 'Read and decide…' }).click()
  const dialog = page.getByRole('dialog')
  const approve = dialog.getByRole('button', { name: 'Approve 3' })
  await dialog.getByRole('listitem').first().hover()
  await expect(async () => {
    await page.mouse.wheel(0, 300)
    await expect(approve).toBeEnabled({ timeout: 500 })
  }).toPass({ timeout: 20_000 })
  await clean(page, 'batch')
  await approve.click()
  for (const one of actions) expect(await decided(stage, one.id)).toMatchObject({ status: 'approved' })
})

test('A22 A24 approved with changes: what was agreed to before is void, and the agent gets the narrower one', async ({
  browser,
  stage,
}) => {
  const { action, first } = await approvedByOne(browser, stage, 30)
  const second = await as(browser, stage.url, tom)
  await second.goto(`${stage.url}/approvals/${action.hold.id}`)
  await expect(second.getByText(/1 of 2/).first()).toBeVisible()
  await everythingShown(second)
  await second.keyboard.press('e')
  const form = second.getByRole('form', { name: 'Approve with changes' })
  await expect(form.getByText(/become void/)).toBeVisible()
  await clean(second, 'with-changes')
  // Another width is another form: what was typed is not carried over.
  await form.getByLabel('records').fill('3')
  await form.getByRole('button', { name: 'Approve with this change' }).click()
  const back = second.getByRole('button', { name: 'Take it back' })
  await expect(back.or(second.getByText(/No longer counts/).first()).first()).toBeVisible()
  await expect(second.getByText(/No longer counts/).first()).toBeVisible({ timeout: 15_000 })
  await first.reload()
  await everythingShown(first)
  await approveOn(first).click()
  expect(await decided(stage, action.id)).toMatchObject({
    status: 'approved',
    modified: true,
    params: { table: 'old', records: 3, older_than: '2020-01-01' },
  })
})

test('five seconds before what cannot be undone leaves: taken back by Escape, or by leaving, nothing is sent', async ({
  browser,
  stage,
}) => {
  const { action } = await approvedByOne(browser, stage, 4)
  const page = await as(browser, stage.url, tom, { reducedMotion: 'reduce' })
  await page.goto(`${stage.url}/approvals/${action.hold.id}`)
  await expect(page.getByText(/1 of 2/).first()).toBeVisible()
  await everythingShown(page)
  await approveOn(page).click()
  const waiting = page.getByRole('alertdialog', { name: 'Approval about to be sent' })
  await expect(waiting.getByRole('button', { name: 'Take it back' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(waiting).toHaveCount(0)
  await expect(page.getByText('Nothing was sent').first()).toBeVisible()
  await approveOn(page).click()
  await expect(waiting).toBeVisible()
  await page.getByRole('link', { name: 'Approvals' }).first().click()
  await expect(page).toHaveURL(/\/approvals$/)
  await expect(page.getByText('Nothing was sent').first()).toBeVisible()
  expect(await decidedNow(stage, action.id)).toMatchObject({ status: 'held' })
  await page.goto(`${stage.url}/approvals/${action.hold.id}`)
  await everythingShown(page)
  await approveOn(page).click()
  expect(await decided(stage, action.id)).toMatchObject({ status: 'approved' })
})
