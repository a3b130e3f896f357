import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { atEnd } from './at-end'

/**
 * An empty folder of this test file's own, removed after its last test. It lies in the run's own, which goes with the run:
 * so does what a killed worker has left. Answers its real path.
 * @param name what it is for, for whoever looks into it
 */
export function emptyFolder(name: string): string {
  const made = mkdtempSync(join(realpathSync(inject('folder')), `${name}-`))
  atEnd(() => rmSync(made, { recursive: true, force: true }))
  return made
}
