import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from './root.mjs'

const ignored = /(\.test\.tsx?|\.md|\.DS_Store)$/

/** The files below these paths (of the clone), sorted; tests and notes only if asked. */
export function filesBelow(paths, { withTests = false } = {}) {
  const found = []
  const walk = path => {
    if (!existsSync(path) || (!withTests && ignored.test(path))) return
    if (/(^|\/)(node_modules|__pycache__)$/.test(path)) return
    if (!statSync(path).isDirectory()) found.push(path)
    else for (const name of readdirSync(path)) walk(join(path, name))
  }
  for (const path of paths) walk(join(root, path))
  return found.sort()
}

/** Names the content of these paths: 12 hex digits. Tests and notes are not part of a build. */
export function contentHash(paths) {
  const hash = createHash('sha256')
  for (const file of filesBelow(paths)) {
    const content = readFileSync(file)
    hash.update(`${relative(root, file)}\n${content.length}\n`).update(content)
  }
  return hash.digest('hex').slice(0, 12)
}
