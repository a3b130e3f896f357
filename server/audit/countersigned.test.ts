import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { encodeVerifierKey, signCheckpoint } from '@/lib/audit/checkpoint'
import { openCountersignatures } from '@/lib/audit/countersigned'
import { closingLineOf, exportLine, type SealedEvent } from '@/lib/audit/export'
import { leafHash, openTree } from '@/lib/audit/merkle'
import { canonical } from '@/lib/kernel/canonical'
import { verifyPasskey } from '@/server/access/passkey-signature'
import { root } from '@/server/root'
import { authenticator } from '@/server/testing/authenticator'
import { countersign, origin, registerKey } from '@/server/testing/countersigning'
import { emptyFolder } from '@/server/testing/folder'
import { everything, world } from '@/server/testing/world'
import { ed25519Key } from './ed25519'

const w = await world(1)
const folder = emptyFolder('countersigned')
const [bundle, recipe] = [join(folder, 'verify.mjs'), join(folder, 'check.mjs')]
let events: SealedEvent[] = []

beforeAll(async () => {
  await w.tools({ pay: { operation: 'pay', reversible: false, parameters: { amount: 'amount' } } })
  const scopes = [everything]
  const agent = await w.agent({ scopes, environment: 'production' })
  const administrator = await w.signedIn(w.administrator)
  const { body } = await administrator('GET', '/api/console/settings')
  const match = { 'if-match': `"${body.etag}"` }
  await administrator('PATCH', '/api/console/settings', { countersign: 'high' }, match)
  for (const algorithm of [-7, -8, -257] as const) {
    const who = await w.person(`Signer ${-algorithm}`, [{ role: 'approver', team_id: w.team }])
    await w.db.pool.query('update registry set version = version + 1')
    const person = await w.signedIn(who)
    const key = authenticator(origin, algorithm)
    await registerKey(person, key)
    for (const amount of [10, 20]) {
      const params = { amount: amount - algorithm }
      const held = (await w.submit(agent.key, { tool: 'pay', params })).body
      expect((await countersign(person, held.hold.id, key)).answer.status).toBe(201)
    }
  }
  events = (await w.db.pool.query<{ body: string }>('select body from event order by id')).rows.map(row =>
    JSON.parse(row.body),
  )
  const outfile = `--outfile=${bundle}`
  const entry = ['server/audit/verify-cli.ts', '--bundle', '--platform=node', '--format=esm', '--log-level=error']
  execFileSync(join(root, 'node_modules/.bin/esbuild'), [...entry, outfile], { cwd: root })
  const text = readFileSync(join(root, 'docs/countersignature.md'), 'utf8')
  writeFileSync(recipe, /```js\n([\s\S]*?)```/.exec(text)?.[1] ?? '')
})

/** The first fault, and how many hold, by the log alone. */
function read(log: readonly SealedEvent[]) {
  const reader = openCountersignatures(verifyPasskey)
  const fault = log.map(one => reader.take(one)).find(one => one !== null) ?? null
  return { fault, proven: reader.proven() }
}

/** Seals these events as a log of our own, whole and signed: whatever is wrong is in what they say. */
function sealed(log: readonly SealedEvent[]): string {
  const key = ed25519Key(Buffer.alloc(32, 7))
  const tree = openTree()
  const bodies = log.map(one => canonical(one))
  for (const body of bodies) tree.append(leafHash(body))
  const note = signCheckpoint({ origin: 'log.example', size: tree.size(), root: tree.root() }, key.publicKey, key.sign)
  const path = join(folder, 'log.ndjson')
  const lines = bodies.map((body, seq) => exportLine(seq, body, leafHash(body)))
  writeFileSync(path, lines.join('') + closingLineOf(note))
  return path
}
const vkey = encodeVerifierKey('log.example', ed25519Key(Buffer.alloc(32, 7)).publicKey)
const verify = (file: string) => spawnSync(process.execPath, [bundle, file, '--key', vkey], { encoding: 'utf8' })
const check = (file: string) => spawnSync(process.execPath, [recipe, file], { encoding: 'utf8' })

type Log = SealedEvent[]
// biome-ignore lint/suspicious/noExplicitAny: a mutant may be anything
type Any = any
const reviews = (log: Log): Any[] => log.filter(one => one.type === 'hold.reviewed')
const added = (log: Log): Any[] => log.filter(one => one.type === 'passkey.added')
const signature = (log: Log): Any => reviews(log)[0]?.data.countersignature
const flip = (text: string) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1)
const later = (text: string, seconds: number) => new Date(Date.parse(text) + seconds * 1_000).toISOString()

describe('countersignatures in a log', () => {
  it('of every kind of key are proven by the log alone, and counted', () => {
    expect(read(events)).toEqual({ fault: null, proven: 6 })
    const told = verify(sealed(events))
    expect(told).toMatchObject({ status: 0, stdout: expect.stringContaining('Countersignatures: 6,') })
    expect(check(sealed(events))).toMatchObject({ status: 0, stdout: '6 countersignatures\n' })
  })

  it.each<[string, (log: Log) => void]>([
    ['the hold is another', log => (reviews(log)[0].data.hold = reviews(log)[1].data.hold)],
    ['the verdict is another', log => (reviews(log)[0].data.verdict = 'reject')],
    ['the digest is another', log => (reviews(log)[0].data.digest = reviews(log)[1].data.digest)],
    ['the reviewer is another', log => (reviews(log)[0].by.id = w.approver.id)],
    ['the nonce is another', log => (signature(log).nonce = flip(signature(log).nonce))],
    ['it was to end later', log => (signature(log).expires_at = later(signature(log).expires_at, 60))],
    ['it came after its time', log => (reviews(log)[0].at = later(signature(log).expires_at, 1))],
    ['it came long before', log => (reviews(log)[0].at = later(signature(log).expires_at, -301))],
    ['the signature is another', log => (signature(log).signature = signature(log.toReversed()).signature)],
    ['the client data are another’s', log => (signature(log).client_data = signature(log.toReversed()).client_data)],
    [
      'the authenticator data are changed',
      log => (signature(log).authenticator_data = flip(signature(log).authenticator_data)),
    ],
    ['the site is another', log => (signature(log).rp_id = 'evil.example')],
    ['the key is another', log => (signature(log).public_key = added(log)[1].data.public_key)],
    ['the key is another’s', log => (signature(log).passkey = added(log)[1].data.passkey)],
    ['the kind of key is another', log => (signature(log).algorithm = -8)],
    ['the key was registered by somebody else', log => (added(log)[0].data.person_id = w.approver.id)],
    ['the key was never registered', log => log.splice(log.indexOf(added(log)[0]), 1)],
    ['the key was registered afterwards', log => log.push(...log.splice(log.indexOf(added(log)[0]), 1))],
    ['the key was still cooling down', log => (added(log)[0].data.signs_from = later(reviews(log)[0].at, 1))],
    [
      'the key had been removed',
      log => {
        const { person_id, passkey } = added(log)[0].data
        const removed = { ...added(log)[0], type: 'passkey.removed', data: { person_id, passkey } }
        log.splice(log.indexOf(reviews(log)[0]), 0, removed)
      },
    ],
    [
      'the keys had been reset',
      log => {
        const { person_id, passkey } = added(log)[0].data
        const reset = { ...added(log)[0], type: 'passkey.reset', data: { person_id, passkeys: [passkey], reason: 'x' } }
        log.splice(log.indexOf(reviews(log)[0]), 0, reset)
      },
    ],
    ['it is there twice', log => log.push(reviews(log)[0])],
    ['a part is missing', log => delete signature(log).nonce],
  ])('prove nothing where %s', (_, change) => {
    const log: Log = structuredClone(events)
    change(log)
    expect(read(log).fault).not.toBe(null)
    expect(check(sealed(log)).status).toBe(1)
  })

  it('L10 make holdpoint verify name the entry that is wrong, though the log is whole and signed', () => {
    const log: Log = structuredClone(events)
    reviews(log)[0].data.verdict = 'reject'
    const bad = log.indexOf(reviews(log)[0])
    const stdout = expect.stringContaining(`BAD: first bad seq: ${bad}: a countersignature does not hold`)
    expect(verify(sealed(log))).toMatchObject({ status: 1, stdout })
  })

  it('stand beside reviews that were not countersigned', () => {
    const log: Log = structuredClone(events)
    for (const one of reviews(log).slice(0, 2)) delete one.data.countersignature
    expect(read(log)).toEqual({ fault: null, proven: 4 })
  })
})
