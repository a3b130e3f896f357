import { tmpdir } from 'node:os'
import type { ServerConfig } from '@/lib/gateway/config'
import { NotRun } from '@/lib/gateway/not-run'
import type { Classification } from '@/lib/kernel/scale'
import { answerLimits } from '@/server/gateway/network'
import type { Instance } from '@/server/instance'
import { readAllow } from '@/server/outgoing/address'
import { OutgoingRefused } from '@/server/outgoing/destination'
import { guardedStream } from '@/server/outgoing/guarded-stream'
import type { StreamFetch } from '@/server/outgoing/stream'
import type { Place } from './store'

/** How a place is called, in a gateway's words. `secrets` are the values of its headers or variables. */
export function configOf(
  { url, command, args }: Place,
  secrets: Readonly<Record<string, string>>,
  { classification, timeout_seconds }: { classification: Classification | null; timeout_seconds: number },
): ServerConfig {
  const shared = { timeout_seconds, ...(classification === null ? {} : { classification }) }
  if (url !== null) return { ...shared, url, headers: { ...secrets } }
  // Not where Holdpoint stands: a server that reads or writes beside itself finds nothing of it.
  return { ...shared, command, args: [...args], env: { ...secrets }, cwd: tmpdir() }
}

/** What is refused before anything is sent. Whoever answers by sending elsewhere has had the call. */
const unsent: ReadonlySet<OutgoingRefused['reason']> = new Set(['url', 'address', 'header'])

/** By which addresses that people typed in are called: the guarded way, which says where a call was not run. */
export function guardedFetchOf({ config }: Pick<Instance, 'config'>): StreamFetch {
  const stream = guardedStream(readAllow(config.fetchAllow), answerLimits)
  return async (url, init) => {
    try {
      return await stream(url, init)
    } catch (error) {
      if (error instanceof OutgoingRefused && unsent.has(error.reason)) throw new NotRun(error.detail)
      throw error
    }
  }
}

const codes: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nobody listens at this address.',
  ECONNRESET: 'The connection was broken off.',
  ENOENT: 'There is no such command where Holdpoint runs.',
  EACCES: 'Holdpoint may not start this command.',
}

/** Why a server could not be asked, in plain words and with nothing that it, or a secret, says. */
export function reasonOf(error: unknown): string {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (at instanceof NotRun) return at.message
    const known = 'code' in at && typeof at.code === 'string' ? codes[at.code] : undefined
    if (known) return known
    if (at instanceof OutgoingRefused) {
      if (at.reason !== 'network') return at.detail
      const beneath = at.cause instanceof Error && 'code' in at.cause ? codes[String(at.cause.code)] : undefined
      return beneath ?? at.detail
    }
    const status = 'status' in at ? Number(at.status) : Number.NaN
    if (status === 401 || status === 403) return `It refuses what it is shown as credentials (HTTP ${status}).`
    if (status === 404 || status === 405) return `There is no MCP server at this address (HTTP ${status}).`
    if (status >= 400) return `It answers HTTP ${status}.`
    if (/tim(ed|e) ?out/i.test(at.message)) return 'It did not answer in time.'
    if (/connection closed/i.test(at.message)) return 'It ended before it had answered.'
  }
  return 'What answers there does not speak MCP.'
}
