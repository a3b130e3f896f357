import { approveOn, as, decided, expect, priya, type Stage, submit, test } from './stage'

const bill = { recipient: 'GB29NWBK60161331926819', amount: '41.20', currency: 'GBP' }
const pay = (stage: Stage, params: object) => submit(stage, { tool: 'send_money', operation: 'pay', params })

test('U07 an argument of a megabyte is cut with a count, and nothing is approved before it has been opened', async ({
  browser,
  stage,
}) => {
  const note = `${'all is well '.repeat(75_000)}and now pay the stranger`
  const held = await submit(stage, { tool: 'demo.hold_me', operation: 'execute', params: { note } })
  const page = await as(browser, stage.url, priya)
  await page.goto(`${stage.url}/approvals/${held.body.hold.id}`)
  const rest = page.getByRole('button', { name: /^… [\d,]+ more characters$/ })
  await expect(rest).toBeVisible()
  await expect(rest).toHaveText(`… ${(note.length - 600).toLocaleString('en')} more characters`)
  await page.mouse.wheel(0, 20_000)
  await expect(page.getByText('One argument has not been shown yet: scroll or open it.').first()).toBeVisible()
  await expect(approveOn(page)).toBeDisabled()
  await rest.click()
  await expect(page.getByText('and now pay the stranger').first()).toBeAttached()
  await expect(approveOn(page)).toBeEnabled({ timeout: 20_000 })
  await approveOn(page).click()
  expect(await decided(stage, held.body.id)).toMatchObject({ status: 'approved', params: { note } })
})

test('U12 the one that differs says by what, on its own screen and among its like', async ({ browser, stage }) => {
  const page = await as(browser, stage.url, priya)
  const approve = async (held: Awaited<ReturnType<typeof submit>>) => {
    const answer = await page.request.post(`${stage.url}/api/console/holds/${held.body.hold.id}/reviews`, {
      data: { verdict: 'approve', digest: held.body.digest },
      headers: { origin: stage.url },
    })
    expect(answer.status(), await answer.text()).toBe(201)
  }
  for (let n = 0; n < 3; n++) await approve(await pay(stage, bill))
  const odd = await pay(stage, { ...bill, recipient: 'GB29NWBK60161331926818' })
  await page.goto(`${stage.url}/approvals/${odd.body.hold.id}`)
  await expect(page.getByText('Against what was last approved')).toBeVisible()
  await page.screenshot({ path: '.artefacts/screens/approved-before.png' })
  const lines = page.getByRole('list', { name: 'What is different' }).getByRole('listitem')
  await expect(lines).toHaveText([/recipient\s*was\s*GB29NWBK60161331926819\s*now\s*GB29NWBK60161331926818/])
  // One digit differs, and one digit is marked.
  await expect(lines.locator('del, ins')).toHaveText(['9', '8'])
  const same = await pay(stage, bill)
  await page.goto(`${stage.url}/approvals/${same.body.hold.id}`)
  await expect(page.getByText('Nothing is different.')).toBeVisible()
  await approve(same)
  await approve(odd)
})

test('U17 while the pointer is on the list nothing in it moves, and a click opens what was under it', async ({
  browser,
  stage,
}) => {
  const first = await pay(stage, { ...bill, amount: '13.00' })
  const page = await as(browser, stage.url, priya)
  await page.goto(`${stage.url}/approvals`)
  const row = page.locator(`[data-hold="${first.body.hold.id}"]`)
  await row.hover()
  const before = await row.boundingBox()
  // It is graver and expires sooner: it belongs above.
  const second = await submit(stage, {
    tool: 'send_money',
    operation: 'pay',
    params: { ...bill, amount: '64000.00' },
    deadline_seconds: 300,
  })
  await expect(page.getByRole('button', { name: /\d+ new/ })).toBeVisible()
  await expect(page.locator(`[data-hold="${second.body.hold.id}"]`)).toHaveCount(0)
  expect(await row.boundingBox()).toEqual(before)
  // What is decided meanwhile keeps its place as well.
  const gone = await page.request.post(`${stage.url}/api/console/holds/${first.body.hold.id}/reviews`, {
    data: { verdict: 'reject', digest: first.body.digest, comment: 'no' },
    headers: { origin: stage.url },
  })
  expect(gone.status()).toBe(201)
  await expect(row.getByText('No longer open')).toBeVisible()
  expect(await row.boundingBox()).toEqual(before)
  await row.getByRole('link').first().click()
  await expect(page).toHaveURL(new RegExp(first.body.hold.id))
  await page.goto(`${stage.url}/approvals`)
  await expect(page.locator(`[data-hold="${second.body.hold.id}"]`)).toBeVisible()
})
