import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { type Browser, test as base, expect, type Locator, type Page } from '@playwright/test'
import { emptyHome, forget, type House, open } from './house'

interface DemoUser {
  readonly email: string
  readonly password: string
  readonly name: string
  readonly roles: readonly string[]
  readonly teams: readonly string[]
}
export interface DemoAgent {
  readonly name: string
  readonly id: string
  readonly key: string
  readonly owner: string
}

/** A Holdpoint of the journeys' own, with the demo organisation; two instances on one database. */
export interface Stage {
  readonly url: string
  readonly secondUrl: string
  readonly users: readonly DemoUser[]
  readonly agents: readonly DemoAgent[]
}

/** Tests that stand on one running product for the whole worker; `bare` is one with nobody in it, of a test's own. */
export const test = base.extend<{ bare: House; tidy: undefined }, { stage: Stage }>({
  stage: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from here
    async ({}, use) => {
      const home = emptyHome()
      const first = await open(home, { HOLDPOINT_DEMO: '1' })
      const demo: Pick<Stage, 'users' | 'agents'> = JSON.parse(readFileSync(join(home, 'demo.json'), 'utf8'))
      const database = readFileSync(join(home, 'database.url'), 'utf8').trim()
      const second = await open(home, { DATABASE_URL: database, HOLDPOINT_DEMO: '1' })
      await use({ ...demo, url: first.url, secondUrl: second.url })
      await second.stop()
      await first.stop()
      forget(home)
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  // What a test leaves open would go on reading, and slow the ones after it.
  tidy: [
    async ({ browser }, use) => {
      await use(undefined)
      await Promise.all(browser.contexts().map(context => context.close()))
    },
    { auto: true },
  ],
  bare: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from here
    async ({}, use) => {
      const house = await open(emptyHome(), { HOLDPOINT_DEMO: '0' })
      await use(house)
      await house.stop()
      forget(house.home)
    },
    { timeout: 300_000 },
  ],
})
export { expect }

/** Signs in by a demo card's own door, in a context of its own. */
export async function as(
  browser: Browser,
  url: string,
  email: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Page> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const answer = await page.request.post(`${url}/api/console/demo/sign-in`, {
    data: { email },
    headers: { origin: url },
  })
  expect(answer.status()).toBe(204)
  return page
}

interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: a journey reads what it expects and fails where it is not there
  readonly body: any
}

/** An agent over plain HTTP, as anybody's would be. */
export async function submit(
  stage: Pick<Stage, 'url' | 'agents'>,
  action: Record<string, unknown>,
  wait = 0,
  agent = stage.agents[0],
): Promise<Answer> {
  const answer = await fetch(`${stage.url}/api/v1/actions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${agent?.key}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
      prefer: `wait=${wait}`,
    },
    body: JSON.stringify({ params: {}, ...action }),
  })
  return { status: answer.status, body: await answer.json() }
}

/** Waits for an action's decision. */
export async function decided(stage: Stage, id: string, agent = stage.agents[0]): Promise<Answer['body']> {
  const answer = await fetch(`${stage.url}/api/v1/actions/${id}`, {
    headers: { authorization: `Bearer ${agent?.key}`, prefer: 'wait=30' },
  })
  return answer.json()
}

/** One of the demo's agents, by name. */
export function agentOf(stage: Stage, name: string): DemoAgent {
  const found = stage.agents.find(agent => agent.name === name)
  if (!found) throw new Error(`the demo has no agent ${name}`)
  return found
}

/** Marks a page, so that a reload would show. */
export async function untouched(page: Page): Promise<void> {
  await page.evaluate(() => document.body.setAttribute('data-untouched', ''))
}

/** It is still the page that was marked: whatever it shows came without a reload. */
export async function isUntouched(page: Page): Promise<void> {
  await expect(page.locator('body[data-untouched]')).toHaveCount(1)
}

/** Picks one of a select's choices by its word. */
export async function choose(select: Locator, choice: string): Promise<void> {
  await select.click()
  await select.page().getByRole('option', { name: choice, exact: true }).click()
}

/** The verb that approves, wherever it stands. */
export function approveOn(page: Page): Locator {
  return page.getByRole('button', { name: /^Approve\b/ }).first()
}

/** On a phone the verbs come up from below, where what is approved is named again. */
export async function approveOnPhone(page: Page): Promise<void> {
  await approveOn(page).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).click()
}

/** Goes to whatever has not been in view yet, as one would, until nothing is left. */
export async function everythingShown(page: Page): Promise<void> {
  const approve = approveOn(page)
  const show = page.getByRole('button', { name: 'Show it', exact: true })
  await expect(async () => {
    if ((await show.count()) > 0) await show.first().click({ timeout: 1_000 })
    await expect(approve).toBeEnabled({ timeout: 500 })
  }).toPass({ timeout: 20_000 })
}

export const priya = 'priya@demo.example'
export const tom = 'tom@demo.example'
export const nora = 'nora@demo.example'
export const ada = 'ada@demo.example'
export const grace = 'grace@demo.example'

/**
 * Until nothing fades or slides any more, nor will while it is looked at: as for somebody who asked for less motion, for
 * whom a toast is there or gone. A colour on its way is neither the one nor the other.
 */
async function still(page: Page): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter(one => one.playState === 'running' && one.effect?.getComputedTiming().endTime !== Infinity)
    await Promise.allSettled(ending.map(one => one.finished))
  })
}

/** Nothing of WCAG is broken, as the page stands now, or within what this selects. */
export async function accessible(page: Page, name: string, within?: string): Promise<void> {
  await still(page)
  const all = new AxeBuilder({ page })
  const { violations } = await (within ? all.include(within) : all).analyze()
  await page.emulateMedia({ reducedMotion: null })
  expect(violations.map(one => `${name}: ${one.id} ${one.nodes[0]?.html.slice(0, 160)}`)).toEqual([])
}

/** The same in light and in dark; kept as pictures, on a phone too. */
export async function clean(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await accessible(page, `${name} ${colorScheme}`)
    await page.screenshot({ path: `.artefacts/screens/${name}-${colorScheme}.png`, animations: 'disabled' })
  }
  await page.emulateMedia({ colorScheme: 'light' })
  const size = page.viewportSize()
  await page.setViewportSize({ width: 390, height: 844 })
  await page.screenshot({ path: `.artefacts/screens/${name}-phone.png`, animations: 'disabled' })
  if (size) await page.setViewportSize(size)
}

/** The agent takes back what it asked for: what stays open would stand beside what other journeys ask for. */
export async function drop(stage: Stage, action: string): Promise<void> {
  const answer = await fetch(`${stage.url}/api/v1/actions/${action}/cancel`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${agentOf(stage, stage.agents[0]?.name ?? '').key}`,
      'content-type': 'application/json',
      'idempotency-key': `drop-${action}`,
    },
    body: '{}',
  })
  expect(answer.status).toBeLessThan(300)
}
