import { once } from 'node:events'
import { createWriteStream, existsSync, readFileSync, renameSync, type WriteStream, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exportLine } from '@/lib/audit/export'
import type { Reader } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { readEntries } from './log-store'

/** Hands numbered events on. `write` goes on to `size`; nothing is written where HOLDPOINT_EVENTS is not set. */
export interface EventsOut {
  write(db: Reader, size: number): Promise<void>
  close(): Promise<void>
}

/**
 * HOLDPOINT_EVENTS: every numbered event as one NDJSON line `{event, leaf, seq}`, on standard output or appended to a file,
 * by the one instance that numbers. The cursor stands in HOLDPOINT_HOME/events-cursor and moves after the line is out: after
 * a crash some lines come twice (same `seq`), and none is missing.
 */
export function openEventsOut(app: Pick<Instance, 'config' | 'log'>): EventsOut {
  const target = app.config.events
  if (target === null) return { write: async () => undefined, close: async () => undefined }
  const file = join(app.config.home, 'events-cursor')
  let stream: WriteStream | NodeJS.WriteStream | null = null
  let broken = false

  const open = (): WriteStream | NodeJS.WriteStream => {
    if (target === 'stdout') return process.stdout
    const opened = createWriteStream(target, { flags: 'a', mode: 0o600 })
    opened.on('error', error => {
      app.log.error({ err: error }, 'events cannot be written to their file')
      broken = true
    })
    return opened
  }
  const cursor = () => (existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) || 0 : 0)
  const keep = (seq: number) => {
    writeFileSync(`${file}.new`, `${seq}\n`, { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }

  return {
    async write(db, size) {
      if (broken) {
        broken = false
        stream = null
      }
      for (let from = cursor(); from < size; ) {
        stream ??= open()
        const entries = await readEntries(db, from, size, 1_000)
        const last = entries.at(-1)
        if (!last) return
        const text = entries.map(one => exportLine(one.seq, one.body, one.leaf)).join('')
        const out = stream
        const failed = await new Promise<Error | null | undefined>(resolve => {
          out.write(text, resolve)
        })
        if (failed) return
        from = last.seq + 1
        keep(from)
      }
    },
    async close() {
      const open = stream
      stream = null
      if (!open || open === process.stdout) return
      const closed = once(open, 'close').catch(() => undefined)
      open.end()
      await closed
    },
  }
}
