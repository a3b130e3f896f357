import { z } from 'zod'
import * as answers from '@/lib/containment/answers'
import { levels, targetTypes } from '@/lib/containment/containment'
import { isGrave } from '@/lib/containment/lifting'
import { proposed } from '@/lib/kernel/answers'
import { type Asking, textOf } from './asking'
import { enter } from './client'
import { orInBrowser, toBrowser } from './decide'
import { Ended, exit } from './exit'
import { inertLine } from './inert'
import { table } from './table'

const reasonOf = (asking: Asking): string => {
  const reason = textOf(asking, 'reason')?.trim()
  if (!reason) throw new Ended(exit.misused, 'say why: --reason TEXT stands in the log')
  return reason
}

/** `contain`: throws a switch; with no target, lists those in force. */
export async function contain(asking: Asking): Promise<number> {
  const [type, id = ''] = asking.args
  if (type === undefined) return listSwitches(asking)
  const level = textOf(asking, 'level') ?? 'paused'
  if (!targetTypes.some(one => one === type))
    throw new Ended(exit.misused, `a target is one of ${targetTypes.join(', ')}`)
  const known = levels.find(one => one === level)
  if (!known) throw new Ended(exit.misused, `--level is one of ${levels.join(', ')}`)
  const reason = reasonOf(asking)
  const { call } = enter(asking)
  if (isGrave(known)) return toBrowser(asking, '/containment', `To have something ${level} needs a fresh sign-in.`)
  return orInBrowser(asking, '/containment', async () => {
    const target = { type, ...(id === '' ? {} : { id }) }
    const done = await call(answers.containment, 'POST', '/containment', { target, level, reason })
    if (asking.json) asking.tell(done)
    else
      asking.out(
        `${inertLine(done.target.name ?? done.target.id)} is ${done.level} now. To lift it: holdpoint lift ${done.id}`,
      )
    return exit.done
  })
}

async function listSwitches(asking: Asking): Promise<number> {
  const { call } = enter(asking)
  const page = await call(answers.containments, 'GET', '/containment?status=in_force&limit=200')
  if (asking.json) asking.tell(page)
  else if (page.items.length === 0) asking.out('Nothing is contained.')
  else {
    const rows = page.items.map(one => [
      one.id,
      one.level,
      `${one.target.type} ${one.target.name ?? one.target.id}`,
      one.by.name ?? one.by.id,
      one.at,
      one.reason,
    ])
    asking.out(table(['SWITCH', 'LEVEL', 'TARGET', 'BY', 'SINCE', 'WHY'], rows))
  }
  return exit.done
}

/** `lift`: takes a pause back; what is graver is lifted in the browser, with a second person. */
export async function lift(asking: Asking): Promise<number> {
  const [id] = asking.args
  if (!id?.startsWith('ctn_'))
    throw new Ended(exit.misused, 'which switch? Its id begins with ctn_ (see: holdpoint contain)')
  const reason = reasonOf(asking)
  const { call } = enter(asking)
  return orInBrowser(asking, '/containment', async () => {
    const schema = z.union([answers.containment, proposed])
    const done = await call(schema, 'POST', `/containment/${encodeURIComponent(id)}/lift`, { reason })
    if (asking.json) asking.tell(done)
    else if ('hold_id' in done) asking.out(`A second person decides: ${asking.server}/approvals/${done.hold_id}`)
    else asking.out(`${inertLine(done.target.name ?? done.target.id)} is no longer ${done.level}.`)
    return exit.done
  })
}
