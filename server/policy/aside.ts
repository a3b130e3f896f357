import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import { cedarSchema } from '@/lib/policy/fact-table'
import { tooComplex } from '@/lib/policy/shape'
import { askCedar, type CedarSaid } from './ask-cedar'
import { type Checked, checkPolicies, demandNoFaults, remember, remembered } from './read-policies'

/** What runs there. Plain CommonJS, so that it needs no file of its own; Cedar is a package and stays where it is installed. */
const code = `
const { parentPort, workerData } = require('node:worker_threads')
const cedar = require(workerData.cedar)
const ask = ${askCedar.toString()}
parentPort.on('message', ({ id, source }) => parentPort.postMessage({ id, said: ask(cedar, workerData.schema, source) }))`

interface Asked {
  readonly resolve: (said: CedarSaid) => void
  readonly reject: (error: unknown) => void
}

let worker: Worker | null = null
let last = 0
const asked = new Map<number, Asked>()

/** The thread: it ends with the process. One that breaks (a fault inside Cedar) takes what it was asked with it, and nothing else. */
function thread(): Worker {
  if (worker) return worker
  const cedar = createRequire(import.meta.url).resolve('@cedar-policy/cedar-wasm/nodejs')
  const begun = new Worker(code, { eval: true, workerData: { cedar, schema: cedarSchema } })
  const end = (error: unknown) => {
    if (worker !== begun) return
    worker = null
    for (const { reject } of asked.values()) reject(error)
    asked.clear()
  }
  begun.unref()
  begun.on('message', ({ id, said }: { id: number; said: CedarSaid }) => {
    asked.get(id)?.resolve(said)
    asked.delete(id)
  })
  begun.on('error', end)
  begun.on('exit', () => end(new Error('the thread that checks policies has ended')))
  worker = begun
  return begun
}

const askAside = (source: string) =>
  new Promise<CedarSaid>((resolve, reject) => {
    const id = ++last
    asked.set(id, { resolve, reject })
    thread().postMessage({ id, source })
  })

/** {@link checkPolicies}, with Cedar asked on a thread of its own: a thousand policies take a second that is the gate's. */
export async function checkPoliciesAside(source: string): Promise<Checked> {
  const known = remembered(source)
  if (known) return known
  const checked = tooComplex(source) ? checkPolicies(source) : checkPolicies(source, await askAside(source))
  remember(source, checked)
  return checked
}

/** The same where it must be without fault. @throws Refused policy.invalid */
export async function readPoliciesAside(source: string): Promise<Checked> {
  const checked = await checkPoliciesAside(source)
  demandNoFaults(checked)
  return checked
}
