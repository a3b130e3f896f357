import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mayEverywhere, type SignedIn } from '@/lib/access/permission'
import { type Checkpoint, parseCheckpoint } from '@/lib/audit/checkpoint'
import { foldNodes } from '@/lib/audit/merkle'
import { same } from '@/lib/audit/proof'
import { Refused } from '@/lib/kernel/problem'
import { noteRegression, regressionOf } from '@/server/db/checkpoint'
import { clock, guardExclusive, touchRegistry } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { type Reader, reader, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { nodeSha256 } from './ed25519'
import { bumpEpoch } from './epoch-store'
import { NodeMissing, newestCheckpoint, readEdge, readHead } from './log-store'
import { openSigner } from './signer'

type App = Pick<Instance, 'config' | 'db' | 'log'>

const fileOf = (app: Pick<Instance, 'config'>) => join(app.config.home, 'checkpoint')

/** The newest head that was kept outside the database, in HOLDPOINT_HOME/checkpoint; null when there is none of ours. */
export function keptHead(app: Pick<Instance, 'config'>): Checkpoint | null {
  if (!existsSync(fileOf(app))) return null
  const checkpoint = parseCheckpoint(readFileSync(fileOf(app), 'utf8'))
  return checkpoint && openSigner(app.config.home).isOurs(checkpoint) ? checkpoint : null
}

/**
 * Why this home may not go on with this log: its newest head, in the database or kept beside it, was signed with another
 * log.key. Two keys on one log would be two logs to everybody who keeps heads. Null: it is ours, or nothing is sealed yet.
 */
export async function foreignLog(app: Pick<Instance, 'config'>, db: Reader): Promise<string | null> {
  const signer = openSigner(app.config.home)
  const notes = [
    (await newestCheckpoint(db))?.note,
    existsSync(fileOf(app)) ? readFileSync(fileOf(app), 'utf8') : undefined,
  ]
  const heads = notes.flatMap(note => (note === undefined ? [] : (parseCheckpoint(note) ?? [])))
  const other = heads.find(head => !signer.isOurs(head))
  return other
    ? `This log was sealed by ${other.origin}, and ${app.config.home}/keys/log.key is ${signer.origin}. Put the log.key of your backup back.`
    : null
}

/** Keeps a head outside the database. Replaced in one step, so that a crash leaves the older one. */
export function keepHead(app: Pick<Instance, 'config'>, note: string): void {
  mkdirSync(app.config.home, { recursive: true })
  const draft = `${fileOf(app)}.${process.pid}`
  writeFileSync(draft, note, { mode: 0o600 })
  renameSync(draft, fileOf(app))
}

/**
 * Is the database older than, or another than, the head kept outside it: a restored backup, a rewritten log (K14)? While it
 * is, the gate denies everything and nothing is sealed, until an administrator acknowledges it.
 */
export function logRegressed(app: Pick<Instance, 'db'>): boolean {
  return regressionOf(app) !== null
}

/**
 * Compares database and kept head. At start before anything is decided, and again while it is regressed.
 * @throws whatever the database did: an alarm is raised by its answer alone
 */
export async function checkLog(app: App, db: Reader = reader(app.db.background)): Promise<boolean> {
  const reason = await regression(app, db)
  if (reason !== null && !logRegressed(app)) {
    app.log.error(
      { reason },
      'the log is not the one that was sealed: everything is denied until an administrator acknowledges it',
    )
  }
  noteRegression(app, reason)
  return reason !== null
}

async function regression(app: App, db: Reader): Promise<string | null> {
  const kept = keptHead(app)
  if (!kept) return null
  const head = await readHead(db)
  if (head.size < kept.size) return `the log has ${head.size} entries, and ${kept.size} were sealed`
  // A missing node is a rewritten log as much as a wrong one; a database that does not answer says nothing about its log.
  const edge = await readEdge(db, kept.size).catch(error => {
    if (error instanceof NodeMissing) return null
    throw error
  })
  return edge && same(foldNodes(edge, nodeSha256), kept.root)
    ? null
    : `the first ${kept.size} entries are not those that were sealed`
}

/**
 * An administrator has seen that the log went back: the lost head is put aside (never deleted), the instance epoch moves on,
 * and it is recorded. @throws Refused request.forbidden, request.not_found when there is nothing to acknowledge
 */
export async function acknowledgeRegression(app: App, person: SignedIn): Promise<void> {
  if (!mayEverywhere(person, 'settings.write')) throw new Refused('request.forbidden')
  const kept = keptHead(app)
  if (!kept || !logRegressed(app)) throw new Refused('request.not_found')
  await transact(app.db, async tx => {
    await touchRegistry(tx)
    const epoch = await bumpEpoch(tx)
    await guardExclusive(tx)
    const at = await clock(tx)
    const root = Buffer.from(kept.root).toString('hex')
    await record(tx, at, [
      {
        type: 'log.regression_acknowledged',
        by: { kind: 'person', id: person.id },
        subjects: ['log'],
        data: { sealed_size: kept.size, sealed_root: root, epoch },
      },
    ])
  })
  renameSync(fileOf(app), `${fileOf(app)}.lost-${kept.size}`)
  noteRegression(app, null)
}
