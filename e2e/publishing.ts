import { type Browser, expect } from '@playwright/test'
import { ada, as, grace, type Stage } from './stage'

/** Adds a rule to the policy: proposed by one person and agreed to by another, over the same doors as the console's. */
export async function publishRule(browser: Browser, stage: Stage, rule: string, note: string): Promise<void> {
  const headers = { origin: stage.url }
  const [first, second] = [await as(browser, stage.url, ada), await as(browser, stage.url, grace)]
  const policy = async () => (await first.request.get(`${stage.url}/api/console/policy`)).json()
  const now = await policy()
  const proposed = await first.request.post(`${stage.url}/api/console/policy`, {
    data: { source: `${now.source}\n${rule}`, note },
    headers,
  })
  expect(proposed.status(), await proposed.text()).toBe(202)
  const hold = `${stage.url}/api/console/holds/${(await proposed.json()).hold_id}`
  const { shown_digest: digest } = await (await second.request.get(hold)).json()
  await second.request.post(`${hold}/reviews`, { data: { verdict: 'approve', digest }, headers })
  await expect.poll(async () => (await policy()).version).toBe(now.version + 1)
}
