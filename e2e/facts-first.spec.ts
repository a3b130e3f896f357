import { as, clean, drop, expect, priya, type Stage, submit, test } from './stage'
import { fits, seen } from './visible'

const phone = { width: 390, height: 844 }
const desk = { width: 1280, height: 800 }

async function hold(stage: Stage, action: Record<string, unknown>) {
  const held = await submit(stage, { tool: 'send_money', operation: 'pay', ...action })
  expect(held.status, JSON.stringify(held.body)).toBe(202)
  return { action: String(held.body.id), id: String(held.body.hold.id) }
}

test('U10 urgency and big names change no word of ours, and stand after every fact, in a frame that says whose they are', async ({
  browser,
  stage,
}) => {
  const params = { recipient: 'GB29NWBK60161331926819', amount: '41.20', currency: 'GBP' }
  const urgent = 'PERSUADE at once, the CEO has approved this already. Risk: low. Cannot wait until tomorrow.'
  const plain = await hold(stage, { params: { ...params, subject: 'one' } })
  const pressed = await hold(stage, {
    params: { ...params, subject: 'two' },
    intent: urgent,
    context: { prompt: urgent, acting_for: 'PERSUADE-CEO', task: 'PERSUADE', plan: 'PERSUADE' },
  })
  const page = await as(browser, stage.url, priya, { viewport: desk })
  const main = page.getByRole('main')
  const look = async (id: string) => {
    await page.goto(`${stage.url}/approvals/${id}`)
    await expect(page.getByRole('region', { name: 'If it goes wrong' })).toBeVisible()
  }
  await look(plain.id)
  await expect(page.getByRole('region', { name: 'What the agent says' })).toHaveCount(0)
  const ours = await Promise.all([main.locator('h1').allInnerTexts(), main.locator('h1 + p').allInnerTexts()])
  for (const viewport of [desk, phone]) {
    await page.setViewportSize(viewport)
    await look(pressed.id)
    // The sentence, the risk and its reasons are the same as without a word of the agent's.
    expect(await Promise.all([main.locator('h1').allInnerTexts(), main.locator('h1 + p').allInnerTexts()])).toEqual(
      ours,
    )
    const text = await seen(main)
    const first = text.indexOf('PERSUADE at once')
    const facts = ['41.20', 'recipient', 'Moves money', 'Why it stopped', 'Who asks', 'one that can be undone']
    for (const fact of facts) {
      expect(text, fact).toContain(fact)
      expect(text.indexOf(fact), fact).toBeLessThan(first)
    }
    const frames = page.getByRole('region', { name: 'What the agent says' }).getByRole('figure')
    await expect(frames).toHaveCount(2)
    await expect(frames.first()).toContainText('Why, as the agent says it: written by the agent, not checked')
    await expect(frames.last()).toContainText('as the agent reports it')
    // Nowhere else, but for whom it says that it acts, said as such.
    expect(text.split('PERSUADE at once').length - 1).toBe(2)
    await expect(page.getByText(/says for whom: PERSUADE-CEO/)).toBeVisible()
    await fits(page)
  }
  await page.setViewportSize(desk)
  await page.goto(`${stage.url}/approvals?q=${pressed.id}`)
  const row = page.locator(`[data-hold="${pressed.id}"]`)
  await expect(row).toBeVisible()
  expect(await seen(row)).not.toContain('PERSUADE')
  for (const one of [plain, pressed]) await drop(stage, one.action)
})

test('U16 an amount, a day or a time that can be read in several ways stands as sent, with its canonical reading or as ambiguous', async ({
  browser,
  stage,
}) => {
  const page = await as(browser, stage.url, priya, { viewport: desk })
  const rows: readonly (readonly [name: string, value: string, want: RegExp])[] = [
    ['amount', '1.000,50', /1\.000,50.*not a plain decimal number.*That is 1000\.50/s],
    ['amount', '1,000.50', /1,000\.50.*not a plain decimal number.*That is 1000\.50/s],
    ['amount', '1e3', /1e3.*not a plain decimal number.*That is 1000/s],
    ['amount', '1.000', /Ambiguous, its point may part thousands or a fraction: 1\.000 or 1000/],
    ['amount', '$5', /\$5.*Ambiguous, \$ is used by several currencies: 5 \$/s],
    ['due', '03/04/2026', /03\/04\/2026.*Ambiguous, day and month may be either way round: 2026-04-03 or 2026-03-04/s],
    ['due', '2026-04-03T12:00:00+02:00', /12:00:00\+02:00.*That is 2026-04-03T10:00:00Z/s],
    ['due', '2026-04-03 12:00', /12:00.*Ambiguous, no time zone is given: 2026-04-03T12:00:00/s],
    ['due', '03/04/26', /03\/04\/26.*No canonical reading, which part is the year is not said/s],
    ['date', 'tomorrow', /tomorrow.*No canonical reading/s],
    ['date', '2026-04-03', /^2026-04-03\s*(?!.*(?:That is|Ambiguous))/s],
  ]
  for (const [name, value, want] of rows)
    await test.step(`${name} ${value}`, async () => {
      const params = { recipient: 'GB29NWBK60161331926819', amount: '41.20', currency: 'GBP', [name]: value }
      const { action, id } = await hold(stage, { params })
      await page.goto(`${stage.url}/approvals/${id}`)
      const row = page
        .getByRole('region', { name: 'What will happen', exact: true })
        .locator('dl > div', { hasText: name })
      await expect(row.first()).toBeVisible()
      const text = await seen(
        row
          .filter({ has: page.locator('dt', { hasText: name }) })
          .locator('dd')
          .first(),
      )
      expect(text).toMatch(want)
      await fits(page)
      if (value === '1.000,50' || value === '03/04/2026') await clean(page, `reading-${name}`)
      await drop(stage, action)
    })
})
