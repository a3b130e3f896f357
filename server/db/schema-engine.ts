import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
// The typed half of the engine; its entry would import the .wasm file as a module, which bundlers and older Nodes refuse.
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg'
import pg from 'pg'
import type { Migration } from './migrations'

const datamodel = 'datasource db {\n  provider = "postgresql"\n}\n'

/**
 * The adapter's own `executeScript` splits at every semicolon, also inside comments and function bodies, and runs the
 * pieces one by one. Ours sends the file whole: PostgreSQL parses it, and runs it as one implicit transaction.
 */
class WholeScripts extends PrismaPg {
  override async connect() {
    const adapter = await super.connect()
    adapter.executeScript = async script => {
      await adapter.underlyingDriver().query(script)
    }
    return adapter
  }
}

let loaded: Promise<void> | undefined

/** Instantiates the official schema engine, compiled to WebAssembly. Once a process; only when something is pending. */
async function loadEngine(): Promise<void> {
  const require = createRequire(import.meta.url)
  const file = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg').replace(/\.js$/, '.wasm')
  const { instance } = await WebAssembly.instantiate(await readFile(file), { './schema_engine_bg.js': { ...glue } })
  glue.__wbg_set_wasm(instance.exports)
  const start = instance.exports.__wbindgen_start
  if (typeof start === 'function') start()
}

/** Applies what is pending, and writes `_prisma_migrations` just as Prisma's own CLI does. Answers the names applied. */
export async function applyWithEngine(
  url: string,
  folder: string,
  migrations: readonly Migration[],
): Promise<string[]> {
  loaded ??= loadEngine()
  await loaded
  // A pool of our own: the engine does not close the one it would open.
  const pool = new pg.Pool({ connectionString: url, max: 2, application_name: 'holdpoint migrate' })
  const adapter = bindMigrationAwareSqlAdapterFactory(new WholeScripts(pool))
  const engine = await glue.SchemaEngine.new({ datamodels: [['schema.prisma', datamodel]] }, () => undefined, adapter)
  try {
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: {
        baseDir: folder,
        lockfile: { path: 'migration_lock.toml', content: await readFile(join(folder, 'migration_lock.toml'), 'utf8') },
        shadowDbInitScript: '',
        migrationDirectories: migrations.map(({ name, sql }) => ({
          path: name,
          migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
        })),
      },
      filters: { externalTables: [], externalEnums: [] },
    })
    return appliedMigrationNames
  } finally {
    engine.free()
    await pool.end()
  }
}

/** Has Prisma's engine read a schema of several files (a diff from nothing). @throws Error with its first complaint */
export async function validateSchema(files: readonly [string, string][], url: string): Promise<void> {
  loaded ??= loadEngine()
  await loaded
  const pool = new pg.Pool({ connectionString: url, max: 1, application_name: 'holdpoint schema' })
  const adapter = bindMigrationAwareSqlAdapterFactory(new WholeScripts(pool))
  const engine = await glue.SchemaEngine.new({ datamodels: [['schema.prisma', datamodel]] }, () => undefined, adapter)
  try {
    await engine.diff({
      from: { tag: 'empty' },
      to: { tag: 'schemaDatamodel', files: files.map(([path, content]) => ({ path, content })) },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    })
  } finally {
    engine.free()
    await pool.end()
  }
}
