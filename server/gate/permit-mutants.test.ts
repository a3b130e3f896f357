import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { dice } from '@/server/testing/dice'
import { claimsIn, permitScopes, permitSpeech } from '@/server/testing/permits'
import { tallyRequests, tallyRounds } from '@/server/testing/tally'
import { world } from '@/server/testing/world'

/*
 * Permits that differ from a good one in a field, a byte, an algorithm, a key id, an audience, an environment, an expiry:
 * none is accepted. Those that change what is said are tried three ways: with the old signature, signed by a stranger, and
 * signed with our own key, as somebody could who has stolen it. The last are refused by what stands in the database.
 */
const w = await world(1, {})
tallyRequests()
const { permit, verify } = permitSpeech(w)
const scale = inject('scale')
const random = dice(inject('seed'))
const wanted = 500 * Math.max(1, scale)
let agent: { id: string; key: string }
let executor: { id: string; key: string }
let good = ''
let ours: ReturnType<typeof createPrivateKey>
const stranger = generateKeyPairSync('ed25519')
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 })

beforeAll(async () => {
  await w.tools({ look: { operation: 'read' } })
  agent = await w.agent({ scopes: permitScopes })
  executor = await w.agent({
    scopes: permitScopes,
    kind: 'workload',
    limits: { per_second: 20_000, burst: 20_000 },
  })
  good = (await permit(agent.key)).permit
  const home = w.servers[0]?.app.config.home ?? ''
  const { secret } = JSON.parse(readFileSync(join(home, 'keys', 'permits', '000001.key'), 'utf8'))
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.from(secret, 'hex')])
  ours = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
})

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const headOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
const signed = (head: unknown, claims: unknown, key: ReturnType<typeof createPrivateKey>) => {
  const input = `${encode(head)}.${encode(claims)}`
  return `${input}.${sign(null, Buffer.from(input), key).toString('base64url')}`
}

/** Every claim, however deep, as its path. */
function paths(value: unknown, at: readonly (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [[...at]]
  return Object.entries(value).flatMap(([name, inside]) =>
    paths(inside, [...at, Array.isArray(value) ? Number(name) : name]),
  )
}

function set(value: unknown, [first, ...rest]: readonly (string | number)[], to: unknown): unknown {
  if (first === undefined) return to
  if (Array.isArray(value)) return value.map((one, at) => (at === first ? set(one, rest, to) : one))
  const record = Object(value)
  return { ...record, [first]: set(record[first], rest, to) }
}

const get = (value: unknown, path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((inside, step) => Object(inside)[step], value)

/** Another value of the same kind, or of another. `exp` only shorter: later is what the last test is about. */
function other(before: unknown, path: string): unknown {
  if (typeof before === 'number')
    return path === 'exp' ? before - 61 - Math.floor(random() * 1_000) : before + 1 + Math.floor(random() * 1e6)
  const text = String(before)
  const at = Math.floor(random() * text.length)
  return pick<unknown>([
    `${text} `,
    text.toUpperCase() === text ? text.toLowerCase() : text.toUpperCase(),
    `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`,
    '',
    null,
    [text],
    0,
  ])
}

/** What is said, changed in one field. */
function field(): { told: string; claims: unknown } {
  const claims = claimsIn(good)
  const path = pick(paths(claims))
  const before = get(claims, path)
  const to = other(before, path.join('.'))
  return { told: `${path.join('.')}: ${JSON.stringify(before)} → ${JSON.stringify(to)}`, claims: set(claims, path, to) }
}

const kinds: Record<string, () => { told: string; token: unknown }> = {
  byte() {
    const at = Math.floor(random() * good.length)
    const to = pick([...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ é'])
    return { told: `byte ${at} → ${to}`, token: `${good.slice(0, at)}${to}${good.slice(at + 1)}` }
  },
  cut() {
    const at = Math.floor(random() * good.length)
    return {
      told: `cut at ${at}`,
      token: pick([good.slice(0, at), good.slice(at), good.slice(0, at) + good.slice(at + 1)]),
    }
  },
  oldSignature() {
    const { told, claims } = field()
    const [head, , signature] = good.split('.')
    return { told: `old signature, ${told}`, token: `${head}.${encode(claims)}.${signature}` }
  },
  strange() {
    const { told, claims } = field()
    return { told: `a stranger's, ${told}`, token: signed(headOf(good), claims, stranger.privateKey) }
  },
  stolenKey() {
    const { told, claims } = field()
    return { told: `our own key, ${told}`, token: signed(headOf(good), claims, ours) }
  },
  header() {
    const head = headOf(good)
    const jwk = stranger.publicKey.export({ format: 'jwk' })
    const more = pick<Record<string, unknown>>([
      { alg: 'none' },
      { alg: 'None' },
      { alg: 'eddsa' },
      { alg: 'Ed25519' },
      { alg: 'ES256' },
      { alg: ['EdDSA'] },
      { typ: 'JWT' },
      { typ: undefined },
      { typ: 'secevent+jwt' },
      { kid: undefined },
      { kid: '' },
      { kid: '../../../../dev/null' },
      { kid: '000001.key' },
      { kid: "' or true --" },
      { kid: jwk.x },
      { kid: [head.kid] },
      { kid: '__proto__' },
      { jwk },
      { jku: 'http://127.0.0.1:1/jwks.json' },
      { x5u: 'http://127.0.0.1:1/x' },
      { x5c: ['AAAA'] },
      { crit: ['exp'], exp: 1 },
      { crit: [] },
      { b64: false, crit: ['b64'] },
      { zip: 'DEF' },
      { cty: 'JWT' },
      { extra: 1 },
    ])
    const by = pick([ours, stranger.privateKey])
    return { told: `header ${JSON.stringify(more)}`, token: signed({ ...head, ...more }, claimsIn(good), by) }
  },
  confusion() {
    const { publicKey } = { publicKey: createPublicKey(ours) }
    const secret = pick([
      publicKey.export({ format: 'der', type: 'spki' }),
      publicKey.export({ format: 'pem', type: 'spki' }),
    ])
    const alg = pick(['HS256', 'RS256', 'none', 'EdDSA'])
    const input = `${encode({ ...headOf(good), alg })}.${encode(claimsIn(good))}`
    const signature =
      alg === 'RS256'
        ? sign('sha256', Buffer.from(input), rsa.privateKey)
        : alg === 'none'
          ? Buffer.alloc(0)
          : createHmac('sha256', secret).update(input).digest()
    return { told: alg, token: `${input}.${signature.toString('base64url')}` }
  },
  form() {
    const [head = '', body = '', signature = ''] = good.split('.')
    const token = pick<unknown>([
      { payload: body, signatures: [{ protected: head, signature }] },
      { payload: body, protected: head, signature },
      JSON.stringify({ payload: body, protected: head, signature }),
      `${head}.${body}.`,
      `${head}.${body}`,
      `${head}..${signature}`,
      `.${body}.${signature}`,
      `${good}.`,
      `${good}=`,
      ` ${good}`,
      `${good}\n`,
      `Bearer ${good}`,
      [good],
      good.replaceAll('.', '..'),
      `${head}.${body}.${Buffer.from(signature, 'base64url').toString('base64')}`,
      `${head}.${body}.${Buffer.alloc(64).toString('base64url')}`,
      good.repeat(20),
    ])
    return { told: JSON.stringify(token)?.slice(0, 60), token }
  },
}

describe(`mutants of a permit, seed ${inject('seed')}`, () => {
  it(
    `INV-22 INV-23 T03 T04 T05 T06 none of ${wanted} is accepted, and nobody is asked for a key`,
    async ({ task }) => {
      const accepted: string[] = []
      const odd: string[] = []
      const names = Object.keys(kinds)
      let tried = 0
      for (let round = 0; tried < wanted; ) {
        // The good one lasts a minute.
        if (round++ % 20 === 0) good = (await permit(agent.key)).permit
        const wave = Array.from({ length: 25 }, (_, at) => kinds[names[at % names.length] ?? 'byte']?.()).filter(
          one => one !== undefined && one.token !== good,
        )
        tried += wave.length
        await Promise.all(
          wave.map(async one => {
            const { status, body } = await verify(executor.key, one?.token)
            if (status !== 200 || body.valid !== false) odd.push(`${one?.told}: ${status} ${JSON.stringify(body)}`)
            if (body?.valid === true) accepted.push(one?.told ?? '')
          }),
        )
      }
      expect(accepted).toEqual([])
      expect(odd).toEqual([])
      // What it was all made of is good.
      const last = await permit(agent.key)
      expect((await verify(executor.key, last.permit)).body.valid).toBe(true)
      tallyRounds(task, tried)
    },
    60_000 * Math.max(1, scale),
  )
})
