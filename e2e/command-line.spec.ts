import { type ChildProcess, spawn } from 'node:child_process'
import { emptyFolder, forget } from './house'
import { accessible, as, expect, priya, submit, test } from './stage'

/** The program as a person runs it in a terminal of their own. */
function terminal(url: string) {
  const home = emptyFolder('terminal')
  const begin = (...args: string[]) => {
    const child: ChildProcess = spawn(process.execPath, ['bin/holdpoint.mjs', ...args], {
      env: { NODE_ENV: 'production', PATH: process.env.PATH, HOME: home, HOLDPOINT_URL: url },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const said = { out: '', err: '' }
    child.stdout?.setEncoding('utf8').on('data', text => {
      said.out += text
    })
    child.stderr?.setEncoding('utf8').on('data', text => {
      said.err += text
    })
    const ended = new Promise<number | null>(resolve => child.once('close', resolve))
    return { said, ended }
  }
  return { begin, forget: () => forget(home) }
}

test('a command line is let in by a person who sees what is asked, decides with it, and is ended from the settings', async ({
  browser,
  stage,
}) => {
  // The program runs five times, each in a process of its own.
  test.setTimeout(180_000)
  const shell = terminal(stage.url)
  const page = await as(browser, stage.url, priya, { viewport: { width: 390, height: 844 } })

  const login = shell.begin('login', '--name', 'priya-laptop', '--days', '7')
  await expect.poll(() => login.said.err, { timeout: 30_000 }).toMatch(/Compare {2}\S/)
  const code = /Compare {2}(\S+)/.exec(login.said.err)?.[1] ?? ''
  await page.goto(`${stage.url}/device`)
  await page.getByLabel('Code').fill('bbbb bbbb')
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByText('That code is not valid')).toBeVisible()
  await page.getByLabel('Code').fill(code.toLowerCase().replace('-', ' '))
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Let this command line in?')
  await expect(page.getByText(code, { exact: true })).toBeVisible()
  await expect(page.getByText('priya-laptop')).toBeVisible()
  await expect(page.getByText('7 days, or until you end it')).toBeVisible()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    for (const viewport of [
      { width: 390, height: 844 },
      { width: 1280, height: 800 },
    ]) {
      await page.setViewportSize(viewport)
      await accessible(page, `device ${colorScheme} ${viewport.width}`)
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      expect(wide).toBeLessThanOrEqual(0)
      await page.screenshot({ path: `.artefacts/pictures/device-${colorScheme}-${viewport.width}.png` })
    }
  }
  await page.getByRole('button', { name: 'Let it in' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('It is in')
  expect(await login.ended).toBe(0)
  expect(login.said.out).toContain(priya)

  const held = await submit(stage, { tool: 'demo.hold_me', operation: 'execute', params: { why: 'from a terminal' } })
  const show = shell.begin('show', held.body.hold.id, '--json')
  expect(await show.ended).toBe(0)
  const digest = JSON.parse(show.said.out).shown_digest
  const approve = shell.begin('approve', held.body.hold.id, '--digest', digest)
  const code2 = await approve.ended
  expect([code2, approve.said.err]).toEqual([0, expect.any(String)])

  const refused = shell.begin('login', '--name', 'not-mine')
  await expect.poll(() => refused.said.err, { timeout: 30_000 }).toMatch(/Compare {2}\S/)
  await page.goto(`${stage.url}/device?code=${/Compare {2}(\S+)/.exec(refused.said.err)?.[1]}`)
  await page.getByRole('button', { name: 'No', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('It stays out')
  expect(await refused.ended).toBe(1)

  await page.goto(`${stage.url}/settings/sign-ins`)
  await expect(page.getByText('Command line on priya-laptop')).toBeVisible()
  await accessible(page, 'sign-ins')
  await page.screenshot({ path: '.artefacts/pictures/sign-ins.png' })
  await page.getByRole('button', { name: 'End the command line on priya-laptop' }).click()
  await expect(page.getByText('Command line on priya-laptop')).toHaveCount(0)
  expect(await shell.begin('whoami').ended).toBe(3)
  shell.forget()
})
