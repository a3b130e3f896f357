import { utf8ToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eventBody } from '@/lib/kernel/event'
import { encodeVerifierKey, parseVerifierKey, signCheckpoint } from './checkpoint'
import { closingLineOf, exportLine, type Known, verifyExport } from './export'
import { linesOf } from './export-lines'
import { leafHash, openTree } from './merkle'

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
async function read(bytes: Uint8Array, size = 64): Promise<string[]> {
  const lines: string[] = []
  for await (const line of linesOf(cut(bytes, size))) lines.push(line)
  return lines
}

const origin = 'log.example'
const publicKey = new Uint8Array(32).fill(7)
const key = parseVerifierKey(encodeVerifierKey(origin, publicKey))
if (!key) throw new Error('a key that was just written must be read')
// Any function of message and key will do for a signature here: what is tested is that each byte is looked at.
const seal = (message: Uint8Array) => {
  const hash = leafHash(message)
  return new Uint8Array([...hash, ...hash])
}
const known: Known = {
  keys: [key],
  verify: (_key, message, signature) =>
    seal(message).every((byte, i) => byte === signature[i]) && signature.length === 64,
}

const bodies = Array.from({ length: 6 }, (_one, i) =>
  eventBody(
    `evt_${i}`,
    {
      type: 'action.decided',
      by: { kind: 'system', id: 'gate' },
      subjects: [],
      data: { n: i, text: '\ufffd ü \u2028 😀 "' },
    },
    new Date(1_700_000_000_000 + i),
  ),
)
const tree = openTree()
for (const body of bodies) tree.append(leafHash(body))
const note = signCheckpoint({ origin, size: tree.size(), root: tree.root() }, publicKey, seal)
const file = utf8ToBytes(bodies.map((body, i) => exportLine(i, body, leafHash(body))).join('') + closingLineOf(note))
const lineAt = (at: number) => file.subarray(0, at).filter(byte => byte === 0x0a).length

async function firstBad(bytes: Uint8Array): Promise<number | null> {
  const result = await verifyExport(linesOf(cut(bytes, 100)), known)
  return result.ok ? null : result.seq
}
/** An edit in the closing line puts the head in doubt, not one entry. */
const located = (at: number, seq: number | null) =>
  lineAt(at) < bodies.length ? expect(seq).toBe(lineAt(at)) : expect(seq).not.toBeNull()

describe('the lines of an export file', () => {
  test('are the same however the file is cut into chunks', async () => {
    const whole = new TextDecoder().decode(file).split('\n').slice(0, -1)
    for (const size of [1, 2, 7, 64, 100_000]) expect(await read(file, size)).toEqual(whole)
    expect(await firstBad(file)).toBeNull()
  })

  test('INV-33 L10 any single flipped byte of the file is found, in its own line', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        located(at, await firstBad(file.with(at, (file[at] ?? 0) ^ flip)))
      }),
      { numRuns: 600 },
    )
  })

  test('INV-33 L01 any byte put in or taken out, and any cut, is found in its own line', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(file.length - 1), fc.nat(255), async (at, byte) => {
        const [before, after] = [file.subarray(0, at), file.subarray(at)]
        located(at, await firstBad(new Uint8Array([...before, byte, ...after])))
        located(at, await firstBad(new Uint8Array([...before, ...after.subarray(1)])))
        located(at, await firstBad(before))
      }),
      { numRuns: 300 },
    )
  })

  test('L10 bytes that a lenient decoder reads as the same text are found', async () => {
    const at = file.findIndex((byte, i) => byte === 0xef && file[i + 1] === 0xbf && file[i + 2] === 0xbd)
    const changed = new Uint8Array([...file.subarray(0, at), 0xff, ...file.subarray(at + 3)])
    expect(new TextDecoder().decode(changed)).toBe(new TextDecoder().decode(file))
    expect(await firstBad(changed)).toBe(0)
  })

  test('L02 a file that lost its last newline was cut', async () => {
    expect(await firstBad(file.subarray(0, -1))).toBe(bodies.length)
    expect(await firstBad(new Uint8Array(0))).toBe(0)
  })

  test('a file of one endless line is given up, not read into memory', async () => {
    let given = 0
    async function* endless(): AsyncGenerator<Uint8Array, void, undefined> {
      for (; given < 1_000; given++) yield new Uint8Array(1_048_576).fill(0x61)
    }
    const lines: string[] = []
    for await (const line of linesOf(endless())) lines.push(line)
    expect(lines).toEqual([''])
    expect(given).toBeLessThan(10)
  })
})
