import { accessible, ada, as, expect, submit, test } from './stage'

const pages = [
  '/',
  '/approvals',
  '/approvals?status=closed',
  '/agents',
  '/agents/connect',
  '/tools',
  '/tools/servers',
  '/grants',
  '/policies',
  '/policies/proof',
  '/containment',
  '/audit',
  '/reports',
  '/reports/teams',
  '/reports/agents',
  '/reports/tests',
  '/settings',
] as const

for (const theme of ['light', 'dark'] as const) {
  test(`every page keeps WCAG 2.2 AA in ${theme}, and is kept as a picture`, async ({ browser, stage }) => {
    test.setTimeout(240_000)
    const held = await submit(stage, {
      tool: 'send_money',
      operation: 'pay',
      params: { recipient: 'GB29NWBK60161331926819', amount: '12.00', currency: 'GBP' },
      intent: 'Pay the bill',
    })
    const page = await as(browser, stage.url, ada, { colorScheme: theme, viewport: { width: 1440, height: 900 } })
    const paths = [...pages, `/agents/${stage.agents[0]?.id}`, `/approvals/${held.body.hold.id}`]
    for (const path of paths) {
      await page.setViewportSize({ width: 1440, height: 900 })
      await page.goto(stage.url + path)
      await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible()
      await expect(page.getByRole('status', { name: /loading/i })).toHaveCount(0)
      await accessible(page, path)
      const name =
        path
          .replace(/[^a-z]+/gi, '-')
          .replace(/^-|-$/g, '')
          .slice(0, 40) || 'home'
      await page.screenshot({ path: `.artefacts/screens/${name}-${theme}-desktop.png` })
      await page.setViewportSize({ width: 390, height: 844 })
      await page.screenshot({ path: `.artefacts/screens/${name}-${theme}-phone.png` })
    }
  })
}

test('the sign-in page keeps WCAG 2.2 AA and lets a demo person in with one click', async ({ browser, stage }) => {
  const page = await (await browser.newContext()).newPage()
  await page.goto(`${stage.url}/sign-in`)
  const card = page.getByRole('button', { name: /Priya Raman/ })
  await expect(card).toBeVisible()
  await accessible(page, 'sign-in')
  await card.click()
  await expect(page).not.toHaveURL(/sign-in/)
  await expect(page.getByRole('navigation', { name: 'Main' }).first()).toBeVisible()
})
