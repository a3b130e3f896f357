import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { hexToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { saltedDigest } from '@/lib/kernel/digest'
import { eventBody } from '@/lib/kernel/event'
import {
  compareHeads,
  encodeVerifierKey,
  isSignedBy,
  parseCheckpoint,
  parseVerifierKey,
  signCheckpoint,
  type Verify,
} from './checkpoint'
import { type DecisionClaim, verifyDecision } from './decision-proof'
import { closingLineOf, exportLine, type Known, verifyExport } from './export'
import { leafHash, openTree } from './merkle'
import { consistencySpans, proofOf } from './proof'

const der = (seed: string) =>
  Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.from(seed.repeat(32), 'hex')])
const keyOf = (seed: string) => {
  const secret = createPrivateKey({ key: der(seed), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(-32)
  return { publicKey, sign: (message: Uint8Array) => sign(null, message, secret) }
}
const ed25519: Verify = (publicKey, message, signature) =>
  verify(
    null,
    message,
    createPublicKey({
      key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey]),
      format: 'der',
      type: 'spki',
    }),
    signature,
  )

const origin = 'log.example/holdpoint'
const [ours, theirs] = [keyOf('07'), keyOf('09')]
const vkey = parseVerifierKey(encodeVerifierKey(origin, ours.publicKey))
if (!vkey) throw new Error('a key that was just written must be read')
const known: Known = { keys: [vkey], verify: ed25519 }

type Draft = { type: `${string}.${string}`; by: Parameters<typeof eventBody>[1]['by']; data: Record<string, unknown> }
const gate = { kind: 'system', id: 'gate' } as const
const plainDraft = (i: number): Draft => ({
  type: 'action.decided',
  by: gate,
  data: { action: `act_${i}`, n: i, text: 'a\n"b" \u2028 ü' },
})

function bodiesOf(drafts: readonly Draft[]): string[] {
  return drafts.map((draft, i) => eventBody(`evt_${i}`, { ...draft, subjects: [] }, new Date(1_700_000_000_000 + i)))
}
function headOf(bodies: readonly string[], key = ours): string {
  const tree = openTree()
  for (const body of bodies) tree.append(leafHash(body))
  return signCheckpoint({ origin, size: bodies.length, root: tree.root() }, key.publicKey, key.sign)
}
const linesOf = (bodies: readonly string[], head = headOf(bodies)) =>
  [...bodies.map((body, seq) => exportLine(seq, body, leafHash(body))), closingLineOf(head)].map(line => line.trimEnd())
const checkpoint = (note: string) => {
  const read = parseCheckpoint(note)
  if (!read) throw new Error('not a checkpoint')
  return read
}

const bodies = bodiesOf(Array.from({ length: 24 }, (_one, i) => plainDraft(i)))
const lines = linesOf(bodies)

describe('the checkpoint', () => {
  test('is a C2SP signed note that its key verifies, and no other', () => {
    const note = headOf(bodies)
    expect(note).toMatch(
      /^log\.example\/holdpoint\n24\n[A-Za-z0-9+/]{43}=\n\n— log\.example\/holdpoint [A-Za-z0-9+/]+=*\n$/,
    )
    expect(isSignedBy(checkpoint(note), vkey, ed25519)).toBe(true)
    expect(isSignedBy(checkpoint(headOf(bodies, theirs)), vkey, ed25519)).toBe(false)
    expect(isSignedBy(checkpoint(note.replace('\n24\n', '\n23\n')), vkey, ed25519)).toBe(false)
    for (const wrong of [
      note.replace('\n24\n', '\n024\n'),
      note.slice(0, -1),
      note.replace('— ', '- '),
      `\u0007${note}`,
      '',
      note.replace('=\n\n', '\n\n'),
    ]) {
      expect(parseCheckpoint(wrong)).toBeNull()
    }
  })

  test('the verifier key of the C2SP specification is read and written back', () => {
    const example = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
    const read = parseVerifierKey(example)
    expect(read?.keyId).toBe('c74f20a3')
    expect(read && encodeVerifierKey(read.name, read.publicKey)).toBe(example)
    expect(parseVerifierKey(example.replace('c74f20a3', 'c74f20a4'))).toBeNull()
  })

  test('INV-34 L04 two heads of one size and another root are a proven fork; other sizes need a proof', () => {
    const [short, long] = [checkpoint(headOf(bodies.slice(0, 9))), checkpoint(headOf(bodies))]
    const fork = checkpoint(headOf([...bodies.slice(0, 8), bodies[9] ?? '']))
    const nodes = new Map<string, Uint8Array>()
    const tree = openTree()
    for (const [index, body] of bodies.entries()) {
      nodes.set(`0/${index}`, leafHash(body))
      for (const node of tree.append(leafHash(body))) nodes.set(`${node.level}/${node.index}`, node.hash)
    }
    const proof = proofOf(consistencySpans(9, 24), id => nodes.get(`${id.level}/${id.index}`))
    expect(compareHeads(short, short)).toBe('same')
    expect(compareHeads(short, fork)).toBe('fork')
    expect(compareHeads(short, long)).toBe('unproven')
    expect(compareHeads(long, short, proof)).toBe('consistent')
    expect(compareHeads(fork, long, proof)).toBe('inconsistent')
  })
})

describe('an export', () => {
  test('L12 is whole: count, root and signature', async () => {
    expect(await verifyExport(lines, known)).toMatchObject({ ok: true, size: 24, signed: true })
    expect(await verifyExport(linesOf([]), known)).toMatchObject({ ok: true, size: 0 })
  })

  test('INV-33 L01 L10 any single changed character is found, and the first bad seq is its own', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(23), fc.nat(), fc.integer({ min: 1, max: 127 }), async (seq, place, flip) => {
        const line = lines[seq] ?? ''
        const at = place % line.length
        const changed = line.slice(0, at) + String.fromCharCode(line.charCodeAt(at) ^ flip) + line.slice(at + 1)
        expect(await verifyExport(lines.with(seq, changed), known)).toMatchObject({ ok: false, seq, until: seq })
      }),
      { numRuns: 300 },
    )
  })

  test('INV-33 any single deletion, insertion, exchange or cut names the first bad seq', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(23), fc.nat(23), async (seq, other) => {
        expect(await verifyExport(lines.toSpliced(seq, 1), known)).toMatchObject({ ok: false, seq })
        expect(await verifyExport(lines.toSpliced(seq, 0, lines[other] ?? ''), known)).toMatchObject({
          ok: false,
          seq: seq === other ? seq + 1 : seq,
        })
        expect(await verifyExport(lines.slice(0, seq), known)).toMatchObject({ ok: false, seq })
        if (seq < other)
          expect(
            await verifyExport(lines.with(seq, lines[other] ?? '').with(other, lines[seq] ?? ''), known),
          ).toMatchObject({ ok: false, seq })
        // The checkpoint kept, the tail before it gone.
        expect(await verifyExport([...lines.slice(0, seq), lines[24] ?? ''], known)).toMatchObject({ ok: false, seq })
      }),
    )
  })

  test('INV-33 an entry rewritten with its hash is found, and located by heads kept elsewhere', async () => {
    const forged = bodies.with(13, bodiesOf([plainDraft(99)])[0] ?? '')
    const heads = [10, 16].map(size => checkpoint(headOf(bodies.slice(0, size))))
    expect(await verifyExport(linesOf(forged, headOf(bodies)), known)).toMatchObject({ ok: false, seq: 0, until: 23 })
    expect(await verifyExport(linesOf(forged, headOf(bodies)), { ...known, heads })).toMatchObject({
      ok: false,
      seq: 10,
      until: 15,
    })
  })

  test('L02 a tail cut off together with its head is found against a head held elsewhere', async () => {
    const cut = linesOf(bodies.slice(0, 20))
    expect(await verifyExport(cut, known)).toMatchObject({ ok: true })
    expect(await verifyExport(cut, { ...known, heads: [checkpoint(headOf(bodies))] })).toMatchObject({
      ok: false,
      seq: 20,
      until: 23,
    })
  })

  test('L03 a whole new history needs the key: another key is refused, and the key itself contradicts what was handed out', async () => {
    const rewritten = bodies.toSpliced(3, 1)
    expect(await verifyExport(linesOf(rewritten, headOf(rewritten, theirs)), known)).toMatchObject({ ok: false })
    expect(
      await verifyExport(linesOf(rewritten), { ...known, heads: [checkpoint(headOf(bodies.slice(0, 8)))] }),
    ).toMatchObject({ ok: false, seq: 0, until: 7 })
  })

  test('nothing may stand behind the checkpoint', async () => {
    expect(await verifyExport([...lines, lines[0] ?? ''], known)).toMatchObject({ ok: false, seq: 24 })
  })
})

describe('INV-35 L11 a decision', () => {
  const salt = 'ab'.repeat(32)
  const digest = `sha256:${'1'.repeat(64)}`
  const [ann, bob] = [
    { kind: 'person', id: 'usr_ANN' },
    { kind: 'person', id: 'usr_BOB' },
  ] as const
  const salted = saltedDigest(salt, digest)
  const story: Draft[] = [
    {
      type: 'hold.opened',
      by: gate,
      data: { action: 'act_A', agent: 'agt_A', hold: 'hld_A', digest: salted, status: 'held' },
    },
    {
      type: 'hold.opened',
      by: gate,
      data: { action: 'act_B', agent: 'agt_A', hold: 'hld_B', digest: salted, status: 'held' },
    },
    { type: 'hold.reviewed', by: ann, data: { hold: 'hld_A', verdict: 'approve', digest: salted } },
    { type: 'hold.reviewed', by: bob, data: { hold: 'hld_B', verdict: 'approve', digest: salted } },
    {
      type: 'hold.approved',
      by: ann,
      data: { hold: 'hld_A', action: 'act_A', status: 'approved', verdict: 'allow', approvers: ['usr_ANN'] },
    },
    { type: 'action.reported', by: gate, data: { action: 'act_A', outcome: 'succeeded' } },
  ]
  const claim: DecisionClaim = {
    action: 'act_A',
    digest,
    salt,
    status: 'approved',
    approvers: ['usr_ANN'],
    executable: digest,
    outcome: 'succeeded',
  }
  const all = linesOf(bodiesOf(story))

  test('is proven by its own events', async () => {
    expect(await verifyDecision(all, claim, known)).toMatchObject({
      ok: true,
      facts: { agent: 'agt_A', seqs: [0, 2, 4, 5] },
    })
  })

  test.each<[string, Partial<DecisionClaim>]>([
    ['another action', { action: 'act_B' }],
    ['an action that is not there', { action: 'act_C' }],
    ['another digest', { digest: `sha256:${'2'.repeat(64)}` }],
    ['another salt', { salt: 'cd'.repeat(32) }],
    ['no salt', { salt: '' }],
    ['another status', { status: 'allowed' }],
    ['an approver of another hold', { approvers: ['usr_BOB'] }],
    ['one approver more', { approvers: ['usr_ANN', 'usr_BOB'] }],
    ['no approver', { approvers: [] }],
    ['other arguments were run', { executable: `sha256:${'3'.repeat(64)}` }],
    ['nothing was run', { executable: null }],
    ['another outcome', { outcome: 'failed' }],
  ])('%s is refused', async (_name, change) => {
    expect(await verifyDecision(all, { ...claim, ...change }, known)).toMatchObject({ ok: false })
  })

  test('changed arguments are the ones that were run, and a log that decides twice proves nothing', async () => {
    const changed = `sha256:${'4'.repeat(64)}`
    const now = saltedDigest(salt, changed)
    const revision = { type: 'hold.revised', by: ann, data: { hold: 'hld_A', digest: now } } as const
    const [review] = story.filter(one => one.type === 'hold.reviewed' && one.by === ann)
    const at = review ? story.indexOf(review) : -1
    const revised = story
      .with(at, { type: 'hold.reviewed', by: ann, data: { hold: 'hld_A', verdict: 'approve', digest: now } })
      .toSpliced(at, 0, revision)
    expect(await verifyDecision(linesOf(bodiesOf(revised)), { ...claim, executable: changed }, known)).toMatchObject({
      ok: true,
    })
    // Whoever approved what was shown before has not approved what was run.
    const stale = story.toSpliced(at, 0, revision)
    expect(await verifyDecision(linesOf(bodiesOf(stale)), { ...claim, executable: changed }, known)).toMatchObject({
      ok: false,
    })
    expect(await verifyDecision(linesOf(bodiesOf(revised)), claim, known)).toMatchObject({ ok: false })
    const twice: Draft[] = [
      ...story,
      { type: 'action.decided', by: gate, data: { action: 'act_A', status: 'denied', verdict: 'deny' } },
    ]
    expect(await verifyDecision(linesOf(bodiesOf(twice)), claim, known)).toMatchObject({ ok: false })
  })

  test('a damaged log proves no decision', async () => {
    expect(await verifyDecision(all.with(1, (all[1] ?? '').replace('act_B', 'act_X')), claim, known)).toMatchObject({
      ok: false,
      broken: { seq: 1 },
    })
    expect(hexToBytes(salt)).toHaveLength(32)
  })
})
