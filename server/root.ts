import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

function find(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  // The bundle lies two folders deep, the source one: look for what only the clone has.
  while (!existsSync(join(folder, 'prisma', 'migrations'))) {
    const parent = dirname(folder)
    if (parent === folder) throw new Error('the folder of Holdpoint was not found above its server')
    folder = parent
  }
  return folder
}

/** The folder of the clone (absolute), from the bundled server as well as from source. */
export const root = find()

/** Where the migrations stand. */
export const migrationsFolder = join(root, 'prisma', 'migrations')
