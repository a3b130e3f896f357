import { createTransport, type Transporter } from 'nodemailer'
import type { Channel } from '@/lib/access/notice'
import { clock } from '@/server/db/guard'
import { transact, Unavailable } from '@/server/db/tx'
import type { Served } from '@/server/gate/served'
import { GivenUp, noticeId } from '@/server/integration/notice'
import { sendPush } from '@/server/integration/push'
import { sendSlack } from '@/server/integration/slack-send'
import { type DeliveryRow, lockDeliveries, markDelivered, markFailed, noteChannel } from './delivery-store'
import { mailFor } from './mail'

const mostAttempts = 8
const atOnce = 10

/** One channel and how a message is sent by it. */
interface Line {
  readonly channel: Channel
  /** What its destinations begin with. */
  readonly prefixes: readonly string[]
  /** Can this instance send by it at all? Where it cannot, what is due waits. */
  readonly ready: (app: Served) => boolean
  /** Sends one message; false: it was not worth sending any more. @throws whatever keeps it from being sent; GivenUp where it never will be */
  readonly send: (app: Served, row: DeliveryRow) => Promise<boolean>
}

/**
 * Sends what is due by one channel, each on a line of its own: one that hangs holds up none of the others (X05). A row is claimed
 * by moving its due time ahead before anything is sent, outside any transaction: a crash sends it again later, which is better
 * than never.
 */
function deliverBy(line: Line) {
  return async (app: Served): Promise<number> => {
    if (!line.ready(app)) return 0
    const due = await transact(app.db, tx => lockDeliveries(tx, line.prefixes, atOnce), app.db.background)
    await Promise.all(due.map(row => deliverOne(app, line, row)))
    return due.length === atOnce ? 1 : 0
  }
}

async function deliverOne(app: Served, { channel, send }: Line, row: DeliveryRow): Promise<void> {
  try {
    const sent = await send(app, row)
    await transact(
      app.db,
      async tx => {
        const at = await clock(tx)
        await markDelivered(tx, row.id, at)
        if (sent) await noteChannel(tx, channel, null, at)
      },
      app.db.background,
    )
  } catch (error) {
    // The database was lost, not the channel: what was claimed comes back after its pause, and nothing is held against either.
    if (error instanceof Unavailable) throw error
    const reason = error instanceof Error ? error.message.slice(0, 300) : 'unknown'
    const over = error instanceof GivenUp
    app.log.warn({ delivery: row.id, channel, attempts: row.attempts, reason }, 'a message could not be delivered')
    await transact(
      app.db,
      async tx => {
        await markFailed(tx, row.id, reason, over || row.attempts >= mostAttempts)
        // What is about one person alone says nothing of the channel.
        if (!over) await noteChannel(tx, channel, reason, await clock(tx))
      },
      app.db.background,
    )
  }
}

const transports = new WeakMap<object, Transporter>()

/** The one transport of this instance; short timeouts, so that a mail server that hangs holds up nothing else (X05). */
function transportOf(app: Served, url: string): Transporter {
  const known = transports.get(app.db)
  if (known) return known
  const made = createTransport(
    `${url}${url.includes('?') ? '&' : '?'}connectionTimeout=10000&greetingTimeout=10000&socketTimeout=10000`,
    {},
  )
  transports.set(app.db, made)
  return made
}

/** Sends the mail that is due. */
export const deliver = deliverBy({
  channel: 'mail',
  prefixes: ['mail', 'address'],
  ready: app => app.config.smtp !== null,
  async send(app, row) {
    const { smtp } = app.config
    const mail = await mailFor(app, row)
    if (!mail || !smtp) return false
    const messageId = `<${noticeId(row)}@${new URL(app.config.url).hostname}>`
    await transportOf(app, smtp.url).sendMail({ from: smtp.from, messageId, ...mail })
    return true
  },
})

/** Sends what is due in Slack, to accounts that people have linked. */
export const deliverSlack = deliverBy({ channel: 'slack', prefixes: ['slack'], ready: () => true, send: sendSlack })

/** Tells browsers and phones. */
export const deliverPush = deliverBy({ channel: 'push', prefixes: ['push'], ready: () => true, send: sendPush })
