import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import AxeBuilder from '@axe-core/playwright'
import { Webhook } from 'standardwebhooks'
import { emptyHome, forget, open } from './house'
import { ada, as, expect, test } from './stage'

test('the owner of an agent adds a webhook, sees the secret once, tries it, sees that it fails, moves and revokes it', async ({
  browser,
}) => {
  test.setTimeout(180_000)
  const got: { body: string; headers: Record<string, string> }[] = []
  let status = 204
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    got.push({ body, headers })
    response.writeHead(status).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/wake`
  const house = await open(emptyHome(), { HOLDPOINT_DEMO: '1', HOLDPOINT_FETCH_ALLOW: '127.0.0.1' })
  try {
    const page = await as(browser, house.url, ada)
    const list: { items: { id: string; name: string }[] } = await (
      await page.request.get(`${house.url}/api/console/agents`)
    ).json()
    const [agent] = list.items
    await page.goto(`${house.url}/agents/${agent?.id}`)
    const part = page.getByRole('region', { name: 'Webhooks' })
    await part.getByRole('button', { name: 'Add a webhook' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Address').fill('https://10.0.0.1/wake')
    await dialog.getByRole('button', { name: 'Add' }).click()
    await expect(dialog.getByText(/not in the public internet/)).toBeVisible()
    await dialog.getByLabel('Address').fill(url)
    await dialog.getByLabel('Name').fill('Wake the function')
    await dialog.getByRole('button', { name: 'Add' }).click()
    const shown = part.getByRole('button', { name: /whsec_/ })
    await expect(shown).toBeVisible()
    const secret = /whsec_[A-Za-z0-9+/]{43}=/.exec((await shown.textContent()) ?? '')?.[0] ?? ''
    await part.getByRole('button', { name: 'Send a test' }).click()
    await expect(part.getByText('The test arrived. It answered 204.')).toBeVisible()
    await expect(part.getByText('Arrives')).toBeVisible()
    expect(new Webhook(secret).verify(got[0]?.body ?? '', got[0]?.headers ?? {})).toMatchObject({
      type: 'holdpoint.webhook.test',
    })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect(violations.map(one => `${one.id} ${one.nodes[0]?.html.slice(0, 120)}`)).toEqual([])
      await part.screenshot({ path: `.artefacts/screens/webhooks-${colorScheme}.png`, animations: 'disabled' })
    }
    await page.emulateMedia({ colorScheme: 'light' })
    await page.reload()
    await expect(part.getByText('Arrives')).toBeVisible()
    await expect(part.getByText(/whsec_/)).toHaveCount(0)
    status = 500
    await part.getByRole('button', { name: 'Send a test' }).click()
    await expect(part.getByText('Failed once')).toBeVisible()
    await page.setViewportSize({ width: 390, height: 844 })
    await part.screenshot({ path: '.artefacts/screens/webhooks-phone.png', animations: 'disabled' })
    await page.setViewportSize({ width: 1280, height: 800 })
    await part.getByRole('button', { name: 'Change…' }).click()
    await dialog.getByLabel('Address').fill(`${url}?moved=${randomUUID()}`)
    await dialog.getByRole('button', { name: 'Change' }).click()
    await expect(part.getByText(/moved=/)).toBeVisible()
    await part.getByRole('button', { name: 'Revoke…' }).click()
    await dialog.getByRole('button', { name: 'Revoke' }).click()
    await expect(part.getByText('Revoked')).toBeVisible()
  } finally {
    await house.stop()
    forget(house.home)
    server.close()
  }
})
