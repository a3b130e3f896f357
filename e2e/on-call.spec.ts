import { createServer } from 'node:http'
import type { Locator, Page } from '@playwright/test'
import { emptyHome, forget, open } from './house'
import { ada, as, clean, expect, test, tom } from './stage'

/** A calendar elsewhere: Priya by her e-mail for ever, and somebody whom nobody here knows. */
async function calendarElsewhere() {
  const says = { status: 200 }
  const text = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    ...['priya@demo.example', 'someone@elsewhere.example'].flatMap((email, at) => [
      'BEGIN:VEVENT',
      `UID:${at}`,
      `SUMMARY:On call ${at}`,
      `DTSTART;VALUE=DATE:2026010${5 + at}`,
      at === 0 ? 'DURATION:P7D' : 'DURATION:P1D',
      'RRULE:FREQ=WEEKLY',
      `ATTENDEE:mailto:${email}`,
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
    '',
  ].join('\r\n')
  const server = createServer((_, response) => void response.writeHead(says.status).end(text))
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/secret-of-the-calendar.ics`
  return { says, url, close: () => server.close() }
}

async function pick(select: Locator, name: RegExp): Promise<void> {
  await select.click()
  await select.page().getByRole('option', { name }).first().click()
}

/** Looked at in both themes, on a desk and on a phone; nothing is wider than the screen. */
async function looksRight(page: Page, name: string): Promise<void> {
  await clean(page, `on-call-${name}`)
  await page.setViewportSize({ width: 390, height: 844 })
  await clean(page, `on-call-${name}-small`)
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(wide, `${name} is wider than a phone`).toBeLessThanOrEqual(0)
  await page.setViewportSize({ width: 1280, height: 900 })
}

test('a rota is kept, its gaps are loud, somebody takes over by keyboard, and somebody is away; on a phone it is a list', async ({
  browser,
  stage,
}) => {
  test.setTimeout(240_000)
  const page = await as(browser, stage.url, ada, { timezoneId: 'Europe/Berlin' })
  await page.goto(`${stage.url}/settings`)
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Who decides' }).click()
  await page.getByRole('navigation', { name: 'Who decides' }).getByRole('link', { name: 'On call' }).click()
  await expect(page.getByText('Nobody is on call yet')).toBeVisible()
  await looksRight(page, 'empty')

  await page.getByRole('button', { name: 'New schedule' }).click()
  const dialog = page.getByRole('dialog', { name: 'A new schedule' })
  await dialog.getByLabel('What it is for').fill('Payments')
  await expect(dialog.getByLabel('Time zone')).toHaveValue('Europe/Berlin')
  await dialog.getByLabel('Hands over at').fill('00:00')
  await pick(dialog.getByLabel('Week 1, all days'), /Priya/)
  await dialog.getByRole('button', { name: 'Another week' }).click()
  await pick(dialog.getByLabel('Week 2, all days'), /Tom/)
  await dialog.getByText('By day').nth(1).click()
  await pick(dialog.getByLabel('Week 2, Sunday'), /nobody/)
  await expect(dialog.getByLabel('Week 2, all days')).toHaveText('by day')
  await looksRight(page, 'rota')
  await dialog.getByRole('button', { name: 'Save' }).click()

  await expect(page.getByRole('heading', { name: 'Payments' })).toBeVisible()
  await expect(page.getByText('is on call now')).toContainText('is on call now')
  await expect(page.getByText(/^Nobody is on call for \d+ hours of the next four weeks/)).toBeVisible()
  await expect(page.getByText(/^Sunday \d{4}-\d\d-\d\d from 00:00 to 24:00$/).first()).toBeVisible()
  const bars = page.getByRole('group', { name: /^Shifts/ })
  await expect(bars.getByRole('button', { name: /^Nobody, Sun/ }).first()).toBeVisible()
  await looksRight(page, 'month')

  // By keyboard alone: from the first bar to the next, and it is given to somebody else.
  await bars.getByRole('button').first().focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await page.getByRole('button', { name: 'Let somebody else take it…' }).focus()
  await page.keyboard.press('Enter')
  const takeover = page.getByRole('dialog', { name: 'Somebody takes over on Payments' })
  await pick(takeover.getByLabel('Who takes over'), /Nora/)
  await takeover.getByRole('button', { name: 'Save' }).click()
  await expect(bars.getByRole('button', { name: /^Nora/ }).first()).toBeVisible()
  const changes = page.getByRole('region', { name: 'Overrides and absences' })
  await expect(changes.getByText(/^Nora .* takes over$/)).toBeVisible()

  await page.getByRole('button', { name: 'Somebody is away…' }).click()
  const away = page.getByRole('dialog', { name: 'Somebody is away' })
  await pick(away.getByLabel('Who is away'), /Nora/)
  await away.getByRole('button', { name: 'Save' }).click()
  await expect(changes.getByText(/^Nora .* is away, nobody stands in$/)).toBeVisible()
  await page.getByRole('button', { name: 'Week', exact: true }).click()
  await looksRight(page, 'week')
  await changes.getByRole('button', { name: /^Take back: Nora .* takes over$/ }).click()
  await expect(changes.getByText(/takes over$/)).toHaveCount(0)
  await changes.getByRole('button', { name: /^Take back: Nora .* is away$/ }).click()
  await expect(changes).toHaveCount(0)

  // Somebody else, on a phone: the same as a list, and nothing to change but their own absence.
  const phone = await as(browser, stage.url, tom, {
    viewport: { width: 390, height: 844 },
    timezoneId: 'Europe/Berlin',
  })
  await phone.goto(`${stage.url}/settings/on-call`)
  await phone.getByRole('link', { name: 'Payments' }).click()
  const list = phone.getByRole('list', { name: 'Shifts' })
  await expect(list.getByText('Nobody').first()).toBeVisible()
  await clean(phone, 'on-call-phone')
  await expect(phone.getByRole('button', { name: 'Change…' })).toHaveCount(0)
  await phone.getByRole('button', { name: 'Somebody is away…' }).click()
  const mine = phone.getByRole('dialog', { name: 'Somebody is away' })
  await clean(phone, 'on-call-phone-away')
  await mine.getByRole('button', { name: 'Save' }).click()
  await expect(phone.getByText(/^Tom .* is away, nobody stands in$/)).toBeVisible()
  await phone.getByRole('button', { name: /^Take back/ }).click()
})

test('a calendar that the organisation has is previewed, used, and kept while it cannot be read', async ({
  browser,
}) => {
  test.setTimeout(240_000)
  const calendar = await calendarElsewhere()
  const house = await open(emptyHome(), { HOLDPOINT_DEMO: '1', HOLDPOINT_FETCH_ALLOW: '127.0.0.1' })
  try {
    const page = await as(browser, house.url, ada, { timezoneId: 'Europe/Berlin' })
    await page.goto(`${house.url}/settings/on-call`)
    await page.getByRole('button', { name: 'New schedule' }).click()
    const dialog = page.getByRole('dialog', { name: 'A new schedule' })
    await dialog.getByLabel('What it is for').fill('By calendar')
    await dialog.getByRole('radio', { name: /A calendar you already have/ }).click()
    const save = dialog.getByRole('button', { name: 'Save' })
    await expect(save).toBeDisabled()
    await dialog.getByLabel('Address of the calendar').fill('https://10.0.0.1/on-call.ics')
    await dialog.getByRole('button', { name: 'Look at it' }).click()
    await expect(dialog.getByText(/is not in the public internet/)).toBeVisible()
    await dialog.getByLabel('Address of the calendar').fill(calendar.url)
    await dialog.getByRole('button', { name: 'Look at it' }).click()
    await expect(dialog.getByText(/entries, with Priya/)).toBeVisible()
    await expect(dialog.getByText('Nobody here by e-mail or name: On call 1')).toBeVisible()
    await looksRight(page, 'preview')
    await save.click()
    await expect(page.getByText('is on call now')).toBeVisible()
    calendar.says.status = 500
    await page.getByRole('button', { name: 'Read it now' }).click()
    await expect(
      page.getByRole('alert').getByText(/It answered 500\. What is shown is what it said last\./),
    ).toBeVisible()
    await expect(page.getByText('is on call now')).toBeVisible()
    await looksRight(page, 'failing')
  } finally {
    await house.stop()
    forget(house.home)
    calendar.close()
  }
})
