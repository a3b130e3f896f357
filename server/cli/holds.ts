import { io, type Socket } from 'socket.io-client'
import type { z } from 'zod'
import * as answers from '@/lib/hold/answers'
import { isId } from '@/lib/kernel/id'
import { type Asking, textOf } from './asking'
import { type Call, enter, RefusedByServer } from './client'
import { Ended, exit } from './exit'
import { holdCells, holdHead, holdText } from './hold-text'
import { inertLine } from './inert'
import { table } from './table'

type Item = z.output<typeof answers.holdItem>

/** The id of a hold, from an id or from the address of its page. @throws Ended 2 */
export function holdId(text: string | undefined): string {
  const id = text?.split(/[?#]/)[0]?.split('/').at(-1) ?? ''
  if (!isId('hld', id)) throw new Ended(exit.misused, 'which hold? Its id begins with hld_')
  return id
}

const query = (asking: Asking, limit: number) => {
  const status = textOf(asking, 'status') ?? 'open'
  if (!['open', 'closed', 'all'].includes(status)) throw new Ended(exit.misused, '--status is open, closed or all')
  return `/holds?status=${status}&mine=${asking.options.mine ? 1 : 0}&limit=${limit}`
}

/** `holds`: what waits for people. */
export async function holds(asking: Asking): Promise<number> {
  if (asking.options.watch) return watch(asking)
  const { call } = enter(asking)
  const page = await call(answers.holds, 'GET', query(asking, 200))
  if (asking.json) asking.tell(page)
  else if (page.items.length === 0) asking.out('Nothing waits.')
  else {
    asking.out(table(holdHead, page.items.map(holdCells)))
    if (page.next_cursor) asking.note('There are more than these 200.')
  }
  return exit.done
}

/** `show`: everything that the decision screen shows. */
export async function show(asking: Asking): Promise<number> {
  const { call } = enter(asking)
  const hold = await call(answers.hold, 'GET', `/holds/${holdId(asking.args[0])}`)
  if (asking.json) asking.tell(hold)
  else asking.out(holdText(hold))
  return exit.done
}

const again = 15_000

/** `watch`: a line for each hold that opens and for each that ends, until it is interrupted. */
export async function watch(asking: Asking): Promise<number> {
  const { call, token } = enter(asking)
  const known = new Map<string, Item>()
  const look = lookAt(asking, call, known)
  await look()
  const socket: Socket = io(asking.server, {
    path: '/live/',
    transports: ['websocket'],
    extraHeaders: { authorization: `Bearer ${token}` },
  })
  let running = Promise.resolve()
  return new Promise((done, failed) => {
    const soon = () => {
      running = running.then(look).catch((error: unknown) => {
        // Out of reach it waits, and looks again; whoever is signed out is told so.
        if (!(error instanceof Ended)) end(() => failed(error))
      })
    }
    const timer = setInterval(soon, again)
    const end = (then: () => void) => {
      clearInterval(timer)
      socket.close()
      then()
    }
    socket.on('hint', (hint: { type?: unknown }) => {
      if (hint.type === 'hold') soon()
    })
    for (const event of ['resync', 'connect', 'disconnect']) socket.on(event, soon)
    asking.signal.addEventListener('abort', () => end(() => done(exit.done)), { once: true })
  })
}

function lookAt(asking: Asking, call: Call, known: Map<string, Item>) {
  const say = (event: 'opened' | 'ended', one: Item) => {
    if (asking.json) asking.tell({ event, hold: one }, true)
    else if (event === 'opened') asking.out(`opened  ${holdCells(one).filter(Boolean).map(inertLine).join('  ')}`)
    else
      asking.out(
        `ended   ${one.id}  ${one.status}${one.decided_by ? ` by ${inertLine(one.decided_by.name)}` : ''}  ${inertLine(one.title)}`,
      )
  }
  return async () => {
    const { items } = await call(answers.holds, 'GET', query(asking, 200))
    const open = new Set(items.map(one => one.id))
    for (const one of items.toReversed()) if (!known.has(one.id)) say('opened', one)
    for (const one of items) known.set(one.id, one)
    for (const id of [...known.keys()].filter(one => !open.has(one))) {
      const ended = await call(answers.hold, 'GET', `/holds/${id}`).catch((error: unknown) => {
        if (error instanceof RefusedByServer && error.status === 404) return null
        throw error
      })
      known.delete(id)
      // One that is open still, and only no longer for me, has not ended.
      if (ended && ended.status !== 'pending') say('ended', ended)
    }
  }
}
