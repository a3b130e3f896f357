import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, isUntouched, test, untouched } from './stage'

test('an open page says that Holdpoint is away, and is live again by itself when it is back', async ({
  browser,
  bare,
}) => {
  const page = await (await browser.newContext()).newPage()
  const made = await page.request.post(`${bare.url}/api/console/setup`, {
    headers: { origin: bare.url },
    data: {
      token: readFileSync(join(bare.home, 'setup-token'), 'utf8').trim(),
      organisation: 'Corner Shop',
      name: 'Robin Hale',
      email: 'robin@shop.example',
      password: 'every door has two hinges',
    },
  })
  expect(made.ok()).toBe(true)
  await page.goto(`${bare.url}/approvals`)
  await expect(page.getByTitle('Live', { exact: true })).toBeVisible()
  await untouched(page)
  await bare.stop()
  await expect(page.getByTitle(/^(Reconnecting|Offline)/).first()).toBeVisible()
  await page.screenshot({ path: '.artefacts/screens/journey-away.png' })
  await bare.start()
  await expect(page.getByTitle('Live', { exact: true })).toBeVisible({ timeout: 15_000 })
  await isUntouched(page)
})
