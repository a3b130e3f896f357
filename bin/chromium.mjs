import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run } from './command.mjs'
import { root } from './root.mjs'
import { Problem } from './say.mjs'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

const onPath = () =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap(folder => names.map(name => join(folder, name)))
    .find(file => existsSync(file))

/** Where Playwright keeps the Chromium that it installed itself, or null. */
async function ofPlaywright() {
  const { chromium } = await import('@playwright/test')
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : null
}

const cannotRun = async file => (await run(file, ['--version'])).code !== 0

/**
 * Answers a Chromium: one on PATH, else Playwright's own, else Debian's package where we may install it.
 * @throws Problem saying what to install.
 */
export async function ensureChromium(node, steps) {
  const there = process.env.CHROMIUM ?? onPath() ?? (await ofPlaywright())
  if (there) {
    steps.skip()
    return there
  }
  const step = steps.next('Installing Chromium')
  const cli = join(root, 'node_modules', '@playwright', 'test', 'cli.js')
  const asked = await run(node, [cli, 'install', 'chromium'])
  const installed = await ofPlaywright()
  if (asked.code === 0 && installed && !(await cannotRun(installed))) {
    step.done()
    return installed
  }
  let output = asked.output
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    const env = { DEBIAN_FRONTEND: 'noninteractive' }
    await run('apt-get', ['update', '-q'], { env })
    const got = await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], { env })
    output += got.output
  }
  step.done()
  const found = onPath()
  if (!found)
    throw new Problem(
      `the journeys need a Chromium: install one on PATH (Debian: apt-get install chromium).\n${output.slice(-2_000)}`,
    )
  return found
}
