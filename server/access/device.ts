import { randomBytes, randomInt } from 'node:crypto'
import { formatUserCode, readUserCode, userCodeShape } from '@/lib/access/device'
import type { DeviceBody } from '@/lib/access/device-contract'
import { accessEvent } from '@/lib/access/events'
import type { SignedIn } from '@/lib/access/permission'
import { type ProblemCode, Refused } from '@/lib/kernel/problem'
import { hashBearer } from '@/server/db/bearer'
import { clock } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { record } from '@/server/db/record'
import { reader, type Tx, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import {
  type DeviceRequest,
  findByUserCode,
  insertRequest,
  lockByDeviceCode,
  savePolled,
  saveUsed,
  saveVerdict,
} from './device-store'
import { assertFresh } from './fresh'
import { findPerson } from './person-store'
import { mintToken, readToken } from './personal-token'
import { findByToken, insertSignIn, revokeSignIns } from './sign-in-store'

/** How long a code can be confirmed, and how often a command line may ask whether it was. */
export const codeSeconds = 600
const pauseSeconds = 2
/** RFC 8628 §3.5: whoever asks too often waits so much longer from then on. */
const slowerBy = 5

/** Begins: a code for the command line to keep, and one for the person to compare. Both are stored hashed. */
export async function askForDevice(
  app: Pick<Instance, 'db'>,
  asked: DeviceBody,
  remote: string,
): Promise<{ device_code: string; user_code: string; interval: number }> {
  const device_code = randomBytes(32).toString('base64url')
  const user_code = formatUserCode(Array.from({ length: userCodeShape.length }, () => randomInt(userCodeShape.letters)))
  await transact(app.db, async tx => {
    const at = await clock(tx)
    await insertRequest(tx, {
      id: newId('dvc'),
      device_hash: hashBearer(device_code),
      user_hash: hashBearer(user_code),
      machine: asked.machine,
      remote,
      read_only: asked.scope === 'read',
      days: asked.days,
      created_at: at,
      expires_at: new Date(at.getTime() + codeSeconds * 1_000),
      pause_seconds: pauseSeconds,
    })
  })
  return { device_code, user_code, interval: pauseSeconds }
}

/** What is asked under this code, as long as nobody has answered. Changes nothing. @throws Refused `request.not_found` */
export async function showDevice(app: Pick<Instance, 'db'>, code: string): Promise<DeviceRequest> {
  const db = reader(app.db.pool)
  const found = await byUserCode(db, code, false)
  if (found?.status !== 'asked' || found.expires_at <= (await clock(db)))
    throw new Refused('request.not_found', 'That code is not valid any more.')
  return found
}

async function byUserCode(db: Parameters<typeof findByUserCode>[0], code: string, lock: boolean) {
  const read = readUserCode(code)
  return read === null ? null : findByUserCode(db, hashBearer(read), lock)
}

/**
 * The person's answer, once. To let a machine in asks for a fresh sign-in.
 * @throws Refused `request.not_found`, `device.decided`, `session.stale`
 */
export async function answerDevice(
  app: Pick<Instance, 'db'>,
  person: SignedIn,
  code: string,
  verdict: 'allow' | 'deny',
): Promise<void> {
  await transact(app.db, async tx => {
    const found = await byUserCode(tx, code, true)
    const at = await clock(tx)
    if (!found || found.expires_at <= at) throw new Refused('request.not_found', 'That code is not valid any more.')
    if (found.status !== 'asked') throw new Refused('device.decided')
    if (verdict === 'allow') assertFresh(person, at)
    await saveVerdict(tx, found.id, verdict === 'allow' ? 'allowed' : 'denied', person.id, at)
    const by = { kind: 'person', id: person.id } as const
    const told = { person_id: person.id, device_id: found.id }
    await record(tx, at, [
      verdict === 'allow'
        ? accessEvent('device.allowed', by, [person.id], { ...told, read_only: found.read_only })
        : accessEvent('device.denied', by, [person.id], told),
    ])
  })
}

interface Given {
  readonly token: string
  readonly seconds: number
  readonly read_only: boolean
}

/**
 * The command line asks whether it was let in. Once it was, this gives its token, once.
 * @throws Refused `device.pending`, `device.too_fast`, `device.denied`, `device.expired`: each carries RFC 8628's `error`
 */
export async function redeemDevice(app: Pick<Instance, 'db'>, deviceCode: string, userAgent: string | null) {
  const done = await transact(app.db, async (tx): Promise<Given | ProblemCode> => {
    const found = await lockByDeviceCode(tx, hashBearer(deviceCode))
    const at = await clock(tx)
    if (!found || found.status === 'used' || found.expires_at <= at) return 'device.expired'
    if (found.status === 'denied') return 'device.denied'
    if (found.status === 'allowed') return use(tx, found, userAgent, at)
    const early =
      found.polled_at !== null && at.getTime() - found.polled_at.getTime() < found.pause_seconds * 1_000 - 250
    await savePolled(tx, found.id, at, found.pause_seconds + (early ? slowerBy : 0))
    return early ? 'device.too_fast' : 'device.pending'
  })
  if (typeof done === 'string')
    throw new Refused(done, undefined, { carries: { error: oauthErrors[done] ?? 'invalid_grant' } })
  return done
}

/** RFC 8628 §3.5. */
const oauthErrors: Partial<Record<ProblemCode, string>> = {
  'device.pending': 'authorization_pending',
  'device.too_fast': 'slow_down',
  'device.denied': 'access_denied',
  'device.expired': 'expired_token',
}

async function use(
  tx: Tx,
  request: DeviceRequest,
  userAgent: string | null,
  at: Date,
): Promise<Given | 'device.denied'> {
  const person = request.person_id === null ? null : await findPerson(tx, request.person_id, true)
  if (person?.status !== 'active') return 'device.denied'
  const id = newId('sgn')
  const token = mintToken(id)
  await saveUsed(tx, request.id)
  const { machine, read_only } = request
  await insertSignIn(
    tx,
    {
      id,
      person_id: person.id,
      method: 'device',
      user_agent: userAgent?.slice(0, 300) ?? null,
      remote: request.remote,
      hours: request.days * 24,
      token: { hash: hashBearer(token), machine, read_only },
    },
    at,
  )
  tx.hint('sign_in', [id])
  await record(tx, at, [
    accessEvent('person.signed_in', { kind: 'person', id: person.id }, [person.id], {
      person_id: person.id,
      sign_in_id: id,
      method: 'device',
    }),
  ])
  return { token, seconds: request.days * 86_400, read_only }
}

/** A token was seen where it can be read by others: it ends. */
export async function endExposed(app: Pick<Instance, 'db'>, token: string): Promise<void> {
  const hash = readToken(`Bearer ${token}`)
  const person = hash && (await findByToken(reader(app.db.pool), hash))
  if (!person) return
  await transact(app.db, async tx => {
    const at = await clock(tx)
    const ended = await revokeSignIns(tx, person.id, { only: person.sign_in_id }, at)
    if (ended.length === 0) return
    tx.hint('sign_in', ended)
    const told = { person_id: person.id, sign_in_ids: ended }
    await record(tx, at, [accessEvent('sign_in.revoked', { kind: 'system', id: 'gate' }, [person.id], told)])
  })
}
