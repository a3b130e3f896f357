import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { localText } from '@/lib/on-call/zone-time'
import { letterBox } from '@/server/testing/letters'
import { emptyHome, forget, open } from './house'
import {
  agentOf,
  approveOnPhone,
  as,
  clean,
  decided,
  everythingShown,
  expect,
  priya,
  type Stage,
  submit,
  test,
  tom,
} from './stage'

const zone = 'Europe/Berlin'
const inHours = (hours: number) => localText(zone, new Date(Date.now() + hours * 3_600_000))
const phoneSize = { viewport: { width: 390, height: 844 }, timezoneId: zone }

/** Looked at in both themes; nothing is wider than the screen, on a phone neither. */
async function looksRight(page: Page, name: string): Promise<void> {
  await clean(page, `delegation-${name}`)
  const size = page.viewportSize()
  await page.setViewportSize(phoneSize.viewport)
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(wide, `${name} is wider than a phone`).toBeLessThanOrEqual(0)
  if (size) await page.setViewportSize(size)
}

async function pick(page: Page, name: RegExp): Promise<void> {
  await page.getByLabel('Who stands in for me').click()
  await page.getByRole('option', { name }).click()
}

test('A18 an approver says that they are away and who stands in; a hold opens, the stand-in is told by mail, and decides on a phone', async ({
  browser,
}) => {
  test.setTimeout(180_000)
  const mail = await letterBox()
  const house = await open(emptyHome(), { HOLDPOINT_DEMO: '1', SMTP_URL: mail.smtp.url, SMTP_FROM: mail.smtp.from })
  try {
    const { agents }: Pick<Stage, 'agents'> = JSON.parse(readFileSync(join(house.home, 'demo.json'), 'utf8'))
    const stage: Stage = { url: house.url, secondUrl: house.url, users: [], agents }
    const page = await as(browser, house.url, priya, { timezoneId: zone })
    await page.goto(`${house.url}/settings`)
    await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Me' }).click()
    await page.getByRole('navigation', { name: 'Me' }).getByRole('link', { name: 'When I am away' }).click()
    await expect(page.getByText('Nobody has named you.')).toBeVisible()
    await looksRight(page, 'empty')

    await page.getByLabel('Until').fill(inHours(-3))
    await page.getByRole('button', { name: 'I am away then' }).click()
    await expect(page.getByText('It ends after it begins.')).toBeVisible()
    await expect(page.getByText('This is needed.')).toBeVisible()
    await looksRight(page, 'mistaken')
    await page.getByLabel('Until').fill(inHours(48))
    // Only those who decide already are offered, those of the same team first.
    await page.getByLabel('Who stands in for me').click()
    const offered = page.getByRole('option')
    await expect(offered.nth(1)).toContainText('Tom Becker')
    await expect(offered.filter({ hasText: /Nora|Priya/ })).toHaveCount(0)
    await page.keyboard.press('Escape')
    await pick(page, /^Tom Becker/)
    await page.getByRole('button', { name: 'I am away then' }).click()
    const mine = page.getByRole('list', { name: 'When I am away' })
    await expect(mine).toContainText('Tom Becker stands in')
    await expect(mine).toContainText('Away now')
    await looksRight(page, 'away')

    // On a phone: he sees for whom he stands in, and cannot hand it back to her for the same time.
    const phone = await as(browser, house.url, tom, phoneSize)
    await phone.goto(`${house.url}/settings/away`)
    await expect(phone.getByRole('list', { name: 'I stand in for' })).toContainText('Priya Raman')
    await looksRight(phone, 'stand-in')
    await pick(phone, /^Priya Raman/)
    await phone.getByRole('button', { name: 'I am away then' }).click()
    await expect(phone.getByText('They are away in that time, and have named this person')).toBeVisible()

    const { body } = await submit(
      stage,
      {
        tool: 'send_money',
        operation: 'pay',
        params: { recipient: 'DE89370400440532013000', amount: '75.00', currency: 'EUR', subject: randomUUID() },
        impact: { amount: { value: '75.00', currency: 'EUR' } },
      },
      0,
      agentOf(stage, 'Invoice agent'),
    )
    const about = () => mail.letters.filter(one => one.text.includes(body.hold.id))
    await expect.poll(() => about().length, { timeout: 30_000 }).toBeGreaterThan(0)
    expect(about().flatMap(one => one.to)).toEqual([tom])
    const letter = about()[0]?.text ?? ''
    expect(letter).toContain('Why you: You read for Priya Raman, who is away.')

    // The link of the letter opens the page, and he decides there, in his own name.
    const link = /http:\S+\/approvals\/hld_\w+/.exec(letter)?.[0] ?? ''
    await phone.goto(link)
    await phone.getByText(/^Who is told/).click()
    await expect(phone.getByRole('list', { name: 'Who was told' })).toContainText('You read for Priya Raman')
    await everythingShown(phone)
    await looksRight(phone, 'hold')
    await approveOnPhone(phone)
    await expect(phone.getByRole('main').getByText('Approved').first()).toBeVisible({ timeout: 20_000 })
    expect(await decided(stage, body.id, agentOf(stage, 'Invoice agent'))).toMatchObject({ status: 'approved' })
    expect(about().flatMap(one => one.to)).not.toContain(priya)

    // She is back: at once nobody reads for her.
    await page.getByRole('button', { name: /^I am back/ }).click()
    await expect(mine).toHaveCount(0)
    await phone.goto(`${house.url}/settings/away`)
    await expect(phone.getByText('Nobody has named you.')).toBeVisible()
  } finally {
    await house.stop()
    forget(house.home)
    await mail.close()
  }
})
