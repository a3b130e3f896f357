import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pressed, slackSecret, slackShaped, slackToken } from '@/server/testing/slack'
import { emptyHome, forget, open } from './house'
import { ada, as, clean, expect, priya, type Stage, submit, test } from './stage'

test('an administrator connects Slack, an approver chooses how to be told and links their account, and decides there what is of low risk', async ({
  browser,
}) => {
  test.setTimeout(300_000)
  const slack = await slackShaped({ [priya]: 'UPRIYA01' })
  const more = { HOLDPOINT_DEMO: '1', HOLDPOINT_FETCH_ALLOW: '127.0.0.1', HOLDPOINT_SLACK_API: slack.url }
  const house = await open(emptyHome(), more)
  try {
    const { agents }: Pick<Stage, 'agents'> = JSON.parse(readFileSync(join(house.home, 'demo.json'), 'utf8'))
    const page = await as(browser, house.url, ada)
    await page.goto(`${house.url}/settings/channels`)
    const channels = page.getByRole('region', { name: 'Channels' })
    await expect(channels.getByText('No workspace is connected.')).toBeVisible()
    await channels.getByRole('button', { name: 'Connect…' }).click()
    const dialog = page.getByRole('dialog')
    await expect(dialog.getByText('/api/integrations/slack/interactions')).toBeVisible()
    await dialog.getByLabel('Bot token').fill('xoxb-not-the-right-one')
    await dialog.getByLabel('Signing secret').fill(slackSecret)
    await dialog.getByRole('button', { name: 'Connect' }).click()
    await expect(dialog.getByText('Slack does not know this bot token.')).toBeVisible()
    await dialog.getByLabel('Bot token').fill(slackToken)
    await dialog.getByRole('button', { name: 'Connect' }).click()
    await expect(channels.getByText(/Acme, connected by/)).toBeVisible()

    const mine = await as(browser, house.url, priya)
    await mine.goto(`${house.url}/settings/notices`)
    await mine.getByRole('checkbox', { name: 'News by Slack' }).click()
    await mine.getByRole('checkbox', { name: /Hold back what can wait/ }).click()
    await mine.getByLabel('Time zone').fill('Mars/Base')
    await mine.getByRole('button', { name: 'Save' }).click()
    await expect(mine.getByText('This time zone is not known')).toBeVisible()
    await mine.getByLabel('Time zone').fill('Europe/Berlin')
    await mine.getByRole('checkbox', { name: 'Sunday' }).click()
    await mine.getByRole('button', { name: 'Save' }).click()
    await expect(mine.getByText('Saved')).toBeVisible()
    await mine.reload()
    await expect(mine.getByLabel('Time zone')).toHaveValue('Europe/Berlin')
    await expect(mine.getByRole('checkbox', { name: 'News by Slack' })).not.toBeChecked()
    await mine.getByRole('checkbox', { name: /Hold back what can wait/ }).click()
    await mine.getByRole('button', { name: 'Save' }).click()

    await mine.getByRole('button', { name: 'Send me a code' }).click()
    const code = mine.getByLabel('The code from Slack')
    await expect(code).toBeVisible()
    await code.fill(/^\S{8}/.exec(slack.posted().at(-1)?.body.text ?? '')?.[0] ?? '')
    await mine.getByRole('button', { name: 'Link', exact: true }).click()
    await expect(mine.getByText('UPRIYA01')).toBeVisible()
    await clean(mine, 'notices')

    const { body } = await submit(
      { url: house.url, agents },
      { tool: 'demo.hold_me', operation: 'execute', params: { secret: 'IN-THE-ARGUMENTS', n: randomUUID() } },
    )
    const hold = String(body.hold.id)
    const about = () => slack.posted().find(one => JSON.stringify(one.body).includes(hold))?.body
    await expect.poll(about, { timeout: 20_000 }).toBeTruthy()
    expect(JSON.stringify(about())).not.toContain('IN-THE-ARGUMENTS')
    await mine.goto(`${house.url}/approvals/${hold}`)
    const press = pressed({ user: 'UPRIYA01', action: 'approve', value: hold }, new Date())
    const answer = await fetch(`${house.url}/api/integrations/slack/interactions`, { method: 'POST', ...press })
    expect(answer.status).toBe(200)
    await expect(mine.getByText(/Approved/).first()).toBeVisible()
    await expect
      .poll(() => slack.calls.find(one => one.method === 'chat.update')?.body.text, { timeout: 20_000 })
      .toBe('You approved this.')

    await expect(channels.getByText('Arrives')).toBeVisible({ timeout: 20_000 })
    await clean(page, 'channels')
  } finally {
    await house.stop()
    forget(house.home)
    slack.close()
  }
})

test('A16 it can be installed: a manifest with icons, and a service worker that says when there is no network and decides nothing', async ({
  browser,
  stage,
}) => {
  const page = await as(browser, stage.url, priya, { viewport: { width: 390, height: 844 } })
  await page.goto(`${stage.url}/approvals`)
  const manifest = await (await page.request.get(`${stage.url}/manifest.webmanifest`)).json()
  expect(manifest).toMatchObject({ display: 'standalone', start_url: '/approvals' })
  for (const icon of manifest.icons) expect((await page.request.get(`${stage.url}${icon.src}`)).status()).toBe(200)
  await page.evaluate(async () => (await navigator.serviceWorker.ready).active?.scriptURL)
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller?.scriptURL ?? '')).toContain('/sw.js')
  const worker = await (await page.request.get(`${stage.url}/sw.js`)).text()
  expect(worker).not.toMatch(/\/api\/|method: 'POST'|\/reviews/)
  await page.context().setOffline(true)
  await page.goto(`${stage.url}/approvals`)
  await expect(page.getByRole('heading', { name: 'No connection to Holdpoint' })).toBeVisible()
  await clean(page, 'offline')
  await page.context().setOffline(false)
  await page.getByRole('link', { name: 'Try again' }).click()
  await expect(page.getByRole('heading', { name: 'Approvals' }).first()).toBeVisible()
})
