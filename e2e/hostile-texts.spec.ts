import type { Locator, Page } from '@playwright/test'
import { exactLine } from '@/lib/kernel/exact-json'
import { reveal } from '@/lib/kernel/hostile-text'
import { hostileKinds, hostileOf, hostileText } from '@/server/testing/hostile-texts'
import { ada, as, clean, drop, expect, priya, type Stage, submit, test } from './stage'
import { fits, isInert, openAll, readExactly, saysMore, seen, visible, watch } from './visible'

const campaign = process.env.HOLDPOINT_CAMPAIGN === '1'
const seed = Number(process.env.HOLDPOINT_SEED ?? 1)
/** Of each of the fifteen kinds: 30 in all, 300 in the campaign. */
const each = campaign ? 20 : 2

const phone = { width: 390, height: 844 }
const desk = { width: 1280, height: 800 }

/** Holds an action with such arguments. */
async function hold(stage: Stage, action: Record<string, unknown>) {
  const held = await submit(stage, { tool: 'demo.hold_me', operation: 'execute', ...action })
  expect(held.status, JSON.stringify(held.body).slice(0, 500)).toBe(202)
  return { id: String(held.body.hold.id), action: String(held.body.id) }
}

/** Every text in a value, names and what stands for a number included. */
function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn)
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([name, one]) => [name, ...textsIn(one)])
  return [typeof value === 'string' ? value : String(value)]
}

const packed = (text: string) => text.replace(/\s+/g, '')
/** As the page writes it: every hidden character as the token that names it. */
const revealed = (text: string) =>
  packed(
    reveal(text)
      .map(one => (one.count > 1 ? `${one.text} ×${one.count.toLocaleString('en')}` : one.text))
      .join(''),
  )

/** What of these arguments cannot be read in the laid out form; there, what is very deep is written as JSON. */
function missing(shown: string, params: Readonly<Record<string, unknown>>): string[] {
  const text = packed(shown)
  return textsIn(params).filter(one => !text.includes(revealed(one)) && !text.includes(packed(exactLine(one))))
}

/** The part of the page that shows the arguments. */
const argumentsOf = (page: Page): Locator => page.getByRole('region', { name: 'What will happen', exact: true })

for (const kind of Object.keys(hostileKinds)) {
  test(`U01 U02 U03 U04 U05 U06 U07 U09 whoever reads only what is visible has the exact arguments: ${kind}`, async ({
    browser,
    stage,
  }) => {
    test.info().annotations.push({ type: 'rounds', description: String(each) })
    test.setTimeout(60_000 + each * 15_000)
    const page = await as(browser, stage.url, priya, { viewport: desk })
    const watched = await watch(page, stage.url)
    for (let n = 0; n < each; n++) {
      const params = hostileOf(kind, n, seed)
      await test.step(`${kind} ${n}, seed ${seed}`, async () => {
        const held = await hold(stage, { params })
        await page.setViewportSize(desk)
        await page.goto(`${stage.url}/approvals/${held.id}`)
        const part = argumentsOf(page)
        const laidOut = part.getByRole('definition').first()
        await expect(laidOut).toBeVisible()
        if (missing(await seen(part), params).length > 0) expect(await saysMore(part), 'cut unmarked').toBe(true)
        await openAll(part)
        expect(missing(await visible(part.locator('dl').first()), params)).toEqual([])
        expect(await part.locator('a, img, iframe, script, style, form, object, embed, input, h1').count()).toBe(0)
        expect(await readExactly(part)).toEqual(params)
        isInert(await seen(page.getByRole('main')))
        await fits(page)
        if (n === 0 && kind === 'imitations of what we say ourselves') await clean(page, 'exact-arguments')
        if (n % 10 === 0) {
          await page.setViewportSize(phone)
          expect(await readExactly(part)).toEqual(params)
          expect(missing(await visible(part.locator('dl').first()), params)).toEqual([])
          await fits(page)
        }
        await watched.clean()
        await drop(stage, held.action)
      })
    }
  })
}

test('U01 U03 U06 U09 hostile text in a sentence of ours is bounded and inert: in the queue, on its own screen and in the log', async ({
  browser,
  stage,
}) => {
  const rounds = campaign ? 100 : 10
  test.info().annotations.push({ type: 'rounds', description: String(rounds) })
  test.setTimeout(120_000 + rounds * 8_000)
  const page = await as(browser, stage.url, priya, { viewport: desk })
  const auditor = await as(browser, stage.url, ada, { viewport: desk })
  const watches = [await watch(page, stage.url), await watch(auditor, stage.url)]
  for (let n = 0; n < rounds; n++) {
    const text = hostileText(n, seed)
    const held = await hold(stage, {
      tool: 'send_money',
      operation: 'pay',
      params: { recipient: text, amount: '41.20', currency: 'GBP', subject: `${n} ${text}` },
      intent: text,
      context: { prompt: text, acting_for: text.slice(0, 80).toWellFormed() },
    })
    for (const viewport of n % 5 === 0 ? [desk, phone] : [desk]) {
      await page.setViewportSize(viewport)
      await page.goto(`${stage.url}/approvals`)
      const row = page.locator(`[data-hold="${held.id}"]`)
      await expect(row).toBeVisible()
      const title = await seen(row.getByRole('link').first())
      expect(title.length).toBeLessThan(300)
      isInert(await seen(row))
      expect((await row.boundingBox())?.height ?? 999).toBeLessThan(180)
      await fits(page)
      await page.goto(`${stage.url}/approvals/${held.id}`)
      await expect(argumentsOf(page)).toBeVisible()
      const head = page.getByRole('heading', { level: 1 })
      expect((await visible(head)).length).toBeLessThan(300)
      isInert(await seen(page.getByRole('main')))
      await fits(page)
    }
    await auditor.goto(`${stage.url}/audit?subject=${held.action}`)
    const log = auditor.getByRole('region', { name: 'Log' })
    const shut = log.locator('button[aria-expanded=false]')
    await expect(shut.first()).toBeVisible()
    while ((await shut.count()) > 0) await shut.first().click()
    isInert(await seen(log))
    await fits(auditor)
    for (const one of watches) await one.clean()
    await drop(stage, held.action)
  }
})
