import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { npm } from './command.mjs'
import { withLock } from './lock.mjs'
import { root } from './root.mjs'
import { Problem } from './say.mjs'

/** Installs what package-lock.json names, without install scripts, unless exactly that is there already. */
export async function ensurePackages(steps) {
  const wanted = packagesOf(join(root, 'package-lock.json'))
  if (isInstalled(wanted)) {
    steps.skip()
    return
  }
  const count = Object.values(wanted).filter(one => !one.optional).length
  const step = steps.next(`Installing ${count} packages`)
  await withLock(join(root, '.build', 'lock'), async () => {
    if (isInstalled(wanted)) return
    const done = await npm(['ci', '--ignore-scripts', '--include=dev'], root)
    if (done.code !== 0) throw new Problem(`npm ci failed.\n${done.output.split('Clean install a project')[0]}`)
  })
  step.done()
}

function packagesOf(file) {
  const { packages } = JSON.parse(readFileSync(file, 'utf8'))
  return Object.fromEntries(Object.entries(packages).filter(([path, one]) => path !== '' && !one.link))
}

/** npm writes what it has installed beside the packages, last of all: an interrupted install does not pass. */
function isInstalled(wanted) {
  const file = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(file)) return false
  const found = packagesOf(file)
  return Object.entries(wanted).every(([path, one]) => {
    const there = found[path]
    return there
      ? there.version === one.version && there.integrity === one.integrity
      : one.optional || one.devOptional || one.peer
  })
}
