import { createTransport, type Transporter } from 'nodemailer'
import { clock } from '@/server/db/guard'
import { transact } from '@/server/db/tx'
import type { Served } from '@/server/gate/served'
import { lockDeliveries, markDelivered, markFailed } from './delivery-store'
import { mailFor } from './mail'

const transports = new WeakMap<object, Transporter>()
const mostAttempts = 8

/** The one transport of this instance; short timeouts, so that a mail server that hangs holds up nothing else (X05). */
function transportOf(app: Served, url: string): Transporter {
  const known = transports.get(app.db)
  if (known) return known
  const made = createTransport(url, {})
  transports.set(app.db, made)
  return made
}

/**
 * Sends what is due. A row is claimed by moving its due time ahead before anything is sent, outside any transaction: a
 * crash sends it again later, which is better than never.
 */
export async function deliver(app: Served): Promise<number> {
  const { smtp } = app.config
  if (!smtp) return 0
  const due = await transact(app.db, tx => lockDeliveries(tx, 10), app.db.background)
  for (const row of due) {
    try {
      const mail = await mailFor(app, row)
      if (mail) await transportOf(app, smtp.url).sendMail({ from: smtp.from, ...mail })
      await transact(app.db, async tx => markDelivered(tx, row.id, await clock(tx)), app.db.background)
    } catch (error) {
      const reason = error instanceof Error ? error.message.slice(0, 300) : 'unknown'
      app.log.warn({ delivery: row.id, attempts: row.attempts, reason }, 'a message could not be delivered')
      await transact(app.db, tx => markFailed(tx, row.id, reason, row.attempts >= mostAttempts), app.db.background)
    }
  }
  return due.length === 10 ? 1 : 0
}
