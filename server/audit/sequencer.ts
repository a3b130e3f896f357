import { parseCheckpoint } from '@/lib/audit/checkpoint'
import { latestCheckpoint, noteCheckpoint } from '@/server/db/checkpoint'
import { openSession } from '@/server/db/session'
import { type Reader, reader } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { openEventsOut } from './events-out'
import { insertCheckpoint, newestCheckpoint } from './log-store'
import { openNumbering } from './numbering'
import { checkLog, foreignLog, keepHead, keptHead, logRegressed } from './regression'
import { openSigner } from './signer'

/** One session on the whole database may number the log: whoever holds this advisory lock. */
const SEQUENCER = 4_841_772

/** A round is told of by a hint and waits this long at least, so that a busy gate is not asked for a commit per commit. */
const pauseMs = 80
const idleMs = 250
const keepMs = 10_000

/**
 * Numbers, hashes and signs the log. Every instance runs one; whichever holds the lock works, on a connection of its own,
 * and the others wait for it to go away. A head is signed only after the commit that made it, so that no crash can make
 * two heads of one size. The others read the newest head when they are told of it.
 */
export function startSequencer(app: Instance): { stop(): Promise<void> } {
  const signer = openSigner(app.config.home)
  const out = openEventsOut(app)
  let stopped = false
  let wake: () => void = () => undefined
  let told = false
  let keptAt = Number.NEGATIVE_INFINITY

  const unsubscribe = app.db.hints.subscribe(hint => {
    if (hint === 'resync' || hint.type === 'event') {
      told = true
      wake()
    }
    if (hint === 'resync' || hint.type === 'checkpoint') void follow()
  })
  const sleep = (milliseconds: number, until: () => boolean) =>
    new Promise<void>(resolve => {
      const done = () => {
        clearTimeout(timer)
        wake = () => undefined
        resolve()
      }
      const timer = setTimeout(done, milliseconds)
      wake = () => (until() ? done() : undefined)
      if (until()) done()
    })

  /** Learns the newest head; one note at most every ten seconds is kept outside the database as well. */
  const follow = async (): Promise<void> => {
    const newest = await newestCheckpoint(reader(app.db.background)).catch(() => null)
    if (!newest || stopped) return
    noteCheckpoint(app, newest.note)
    keep(newest.note, false)
  }
  const keep = (note: string, now: boolean): void => {
    if (logRegressed(app) || (!now && performance.now() - keptAt < keepMs)) return
    keptAt = performance.now()
    try {
      // Instances may share a home: the newest head of them all stays.
      if ((keptHead(app)?.size ?? 0) < (parseCheckpoint(note)?.size ?? 0)) keepHead(app, note)
    } catch (error) {
      app.log.error({ err: error }, 'the newest head could not be kept in HOLDPOINT_HOME')
    }
  }

  const publish = async (db: Reader, size: number, root: Uint8Array): Promise<void> => {
    const note = signer.sign(size, root)
    await insertCheckpoint(db, size, root, note)
    noteCheckpoint(app, note)
    app.db.hints.publish({ type: 'checkpoint', subjects: '*' })
    keep(note, false)
  }

  /** Works until the connection or the lock is lost, the head was moved by somebody else, or the log turns out regressed. */
  const lead = async (db: Reader): Promise<void> => {
    if (await checkLog(app, db)) return
    // Another home's instance sealed first, between our start and now: it goes on, and this one never signs.
    const foreign = await foreignLog(app, db)
    if (foreign !== null) return app.log.error({ reason: foreign }, 'this instance does not seal the log')
    const log = await openNumbering(db, performance.now())
    const newest = await newestCheckpoint(db)
    let published = newest?.size ?? 0
    let sweptAt = Number.NEGATIVE_INFINITY
    let daySweptAt = Number.NEGATIVE_INFINITY
    while (!stopped) {
      const now = performance.now()
      if (now - sweptAt > 60_000) {
        // Everything of the last day at first and then each hour; the last quarter of an hour each minute.
        const whole = now - daySweptAt > 3_600_000
        const late = await log.sweep(whole ? 1_440 : 15, now)
        if (late > 0) app.log.warn({ late }, 'events that came after their minute are numbered now')
        sweptAt = now
        if (whole) daySweptAt = now
      }
      told = false
      const round = await log.round(now)
      if (!round) return
      if (log.size() > published && !round.more) {
        await publish(db, log.size(), log.root())
        published = log.size()
      }
      await out.write(db, log.size())
      if (round.more) continue
      await sleep(pauseMs, () => stopped)
      await sleep(idleMs - pauseMs, () => stopped || told)
    }
  }

  const attempt = async (): Promise<void> => {
    const db = await openSession(app.db.url, 'holdpoint sequencer')
    try {
      while (!stopped) {
        const [mine] = await db.query<{ locked: boolean }>(
          'select pg_try_advisory_lock($1) as locked',
          [SEQUENCER],
          'sequencer-lock',
        )
        if (mine?.locked) return await lead(db)
        if (logRegressed(app)) await checkLog(app, db)
        await sleep(idleMs, () => stopped)
      }
    } finally {
      await db.close()
    }
  }

  const run = async (): Promise<void> => {
    await follow()
    while (!stopped) {
      try {
        await attempt()
      } catch (error) {
        if (!stopped) app.log.warn({ err: error }, 'the sequencer lost its connection and starts again')
      }
      await sleep(logRegressed(app) ? 2_000 : idleMs, () => stopped)
    }
  }
  const running = run()

  const stop = async (): Promise<void> => {
    stopped = true
    unsubscribe()
    wake()
    await running
    const newest = latestCheckpoint(app)
    if (newest !== null) keep(newest, true)
    await out.close()
  }
  let stopping: Promise<void> | undefined
  return {
    stop() {
      stopping ??= stop()
      return stopping
    },
  }
}
