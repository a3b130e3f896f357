import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { Webhook } from 'standardwebhooks'
import { emptyHome, forget, open } from './house'
import { accessible, ada, as, type DemoAgent, expect, type Stage, submit, test } from './stage'

test('the owner of an agent adds a webhook, sees the secret once, tries it, sends again what it did not take, moves and revokes it', async ({
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
    const { agents }: Pick<Stage, 'agents'> = JSON.parse(readFileSync(join(house.home, 'demo.json'), 'utf8'))
    const [agent] = agents
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
    // What it does not want any more is given up, and sent again when somebody asks for it.
    status = 410
    const before = got.length
    await decideOne(page, house.url, agent)
    await expect(part.getByText('1 given up')).toBeVisible()
    await expect(part.getByText('It answered 410.')).toBeVisible()
    await page.setViewportSize({ width: 390, height: 844 })
    await part.screenshot({ path: '.artefacts/screens/webhooks-given-up-phone.png', animations: 'disabled' })
    await page.setViewportSize({ width: 1280, height: 800 })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await accessible(page, `webhooks ${colorScheme}`)
      await part.screenshot({ path: `.artefacts/screens/webhooks-given-up-${colorScheme}.png`, animations: 'disabled' })
    }
    status = 204
    await part.getByRole('button', { name: 'Send again' }).click()
    await expect(part.getByText('One message is sent again.')).toBeVisible()
    await expect(part.getByText('1 given up')).toHaveCount(0)
    await expect(part.getByRole('button', { name: 'Send again' })).toHaveCount(0)
    await expect.poll(() => got.length).toBe(before + 2)
    expect(got.at(-1)?.headers['webhook-id']).toBe(got.at(-2)?.headers['webhook-id'])
    expect(got.at(-1)?.body).toBe(got.at(-2)?.body)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await accessible(page, `webhooks ${colorScheme}`)
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

/** The agent asks for something that is held, names its webhook, and takes it back: that is a decision it is told of. */
async function decideOne(page: Page, url: string, agent: DemoAgent | undefined): Promise<void> {
  const { items } = await (await page.request.get(`${url}/api/console/agents/${agent?.id}/webhooks`)).json()
  const { body } = await submit({ url, agents: [] }, { tool: 'demo.hold_me', notify: items[0]?.id }, 0, agent)
  expect(body.status, JSON.stringify(body)).toBe('held')
  const taken = await fetch(`${url}/api/v1/actions/${body.id}/cancel`, {
    method: 'POST',
    headers: { authorization: `Bearer ${agent?.key}`, 'content-type': 'application/json' },
    body: '{}',
  })
  expect(taken.status).toBe(200)
}
