import type { KeyObject } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { z } from 'zod'

/** What runs there: signs everything that came in one message, in its order. Plain CommonJS, so that it needs no file. */
const code = `
const { parentPort } = require('node:worker_threads')
const { createPrivateKey, sign } = require('node:crypto')
const keys = new Map()
parentPort.on('message', ({ id, key, inputs }) => {
  let secret = keys.get(key)
  if (!secret) keys.set(key, (secret = createPrivateKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'pkcs8' })))
  parentPort.postMessage({ id, signatures: inputs.map(input => sign(null, Buffer.from(input), secret).toString('base64url')) })
})`

const answer = z.object({ id: z.number(), signatures: z.array(z.string()) })

interface Asked {
  readonly input: string
  readonly resolve: (signature: string) => void
  readonly reject: (error: unknown) => void
}

export interface SigningThread {
  /** Signs this text with Ed25519, base64url. What is asked for in one turn goes there together. */
  sign(input: string, secret: KeyObject): Promise<string>
}

/** A thread for the dearest thing that one decision costs. It ends with the process, and begins anew if it breaks. */
export function openSigningThread(): SigningThread {
  let worker: Worker | null = null
  let last = 0
  const sent = new Map<number, readonly Asked[]>()
  const waiting = new Map<string, Asked[]>()
  const exported = new WeakMap<KeyObject, string>()

  const fail = (which: Worker, error: unknown) => {
    if (worker !== which) return
    worker = null
    for (const asked of sent.values()) for (const one of asked) one.reject(error)
    sent.clear()
  }
  const thread = (): Worker => {
    if (worker) return worker
    const begun = new Worker(code, { eval: true })
    worker = begun
    begun.unref()
    begun.on('message', (message: unknown) => {
      const { id, signatures } = answer.parse(message)
      for (const [at, one] of (sent.get(id) ?? []).entries()) one.resolve(signatures[at] ?? '')
      sent.delete(id)
    })
    begun.on('error', error => fail(begun, error))
    begun.on('exit', () => fail(begun, new Error('the signing thread has ended')))
    return begun
  }
  const send = () => {
    for (const [key, asked] of waiting) {
      const id = ++last
      sent.set(id, asked)
      thread().postMessage({ id, key, inputs: asked.map(one => one.input) })
    }
    waiting.clear()
  }
  const textOf = (secret: KeyObject) => {
    const known = exported.get(secret)
    if (known) return known
    const text = secret.export({ format: 'der', type: 'pkcs8' }).toString('base64')
    exported.set(secret, text)
    return text
  }
  return {
    sign: (input, secret) =>
      new Promise((resolve, reject) => {
        if (waiting.size === 0) setImmediate(send)
        const key = textOf(secret)
        const asked = waiting.get(key)
        const one = { input, resolve, reject }
        if (asked) asked.push(one)
        else waiting.set(key, [one])
      }),
  }
}
