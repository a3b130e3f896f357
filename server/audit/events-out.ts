import { once } from 'node:events'
import { createWriteStream, existsSync, readFileSync, renameSync, type WriteStream, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exportLine } from '@/lib/audit/export'
import type { Reader } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { readEntries } from './log-store'

/**
 * The same JSON with every character that a terminal obeys, or that some readers take for a line's end, written as an
 * escape (L06): canonical JSON (RFC 8785) leaves DEL, C1 controls, U+2028 and direction marks as they are.
 */
function visible(line: string): string {
  return line.replaceAll(/[\u007f-\u009f\p{Cf}\u2028\u2029]/gu, found =>
    found
      .split('')
      .map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}

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
        const text = entries.map(one => visible(exportLine(one.seq, one.body, one.leaf))).join('')
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
