import { performance } from 'node:perf_hooks'
import { z } from 'zod'
import { classifications, environments } from '@/lib/kernel/scale'
import {
  type NamedResource,
  type ResourceFact,
  type ResourceSource,
  sourceFor,
  stampOf,
  unknownFact,
} from '@/lib/tool/resource-fact'
import { sourceAddress } from '@/lib/tool/source-url'
import type { Instance } from '@/server/instance'
import { type Allow, readAllow } from '@/server/outgoing/address'
import { guardedFetch } from '@/server/outgoing/guarded-fetch'

/** How long an answer counts, and how long no answer does. */
const fresh = 60_000
const freshUnknown = 10_000
/** Looking up, connecting, asking and reading, all in all. */
const patience = 200
/** What is remembered at most; the oldest goes first. */
const mostRemembered = 10_000
/** Questions under way at most: a source that hangs cannot use up sockets. Whatever comes then is unknown. */
const mostAsking = 64

const short = z.string().regex(/^[!-~]{1,100}$/)
const said = z.looseObject({
  environment: z.enum(environments).nullish(),
  tenant: short.nullish(),
  classification: z.enum(classifications).nullish(),
  owning_team: short.nullish(),
  owner: z
    .string()
    .regex(/^[!-~]{1,254}$/)
    .nullish(),
})

interface Remembered {
  readonly fact: ResourceFact
  readonly until: number
}

/** What one instance has been told lately. */
interface Memory {
  readonly answers: Map<string, Remembered>
  readonly asking: Map<string, Promise<ResourceFact>>
  readonly allow: Allow
}

const memories = new WeakMap<Instance['db'], Memory>()

function memoryOf(app: Pick<Instance, 'db' | 'config'>): Memory {
  const known = memories.get(app.db)
  if (known) return known
  const made: Memory = { answers: new Map(), asking: new Map(), allow: readAllow(app.config.fetchAllow) }
  memories.set(app.db, made)
  return made
}

/**
 * What the resource's own system says of it: asked by HTTP within 200 ms, never in a transaction, remembered for a minute (no
 * answer for ten seconds), asked once however many ask. No source: null. No answer, or none that can be read, is unknown,
 * which never loosens. Never throws.
 */
export async function resourceFacts(
  app: Pick<Instance, 'db' | 'config' | 'log'>,
  sources: readonly ResourceSource[],
  resource: NamedResource | null | undefined,
): Promise<ResourceFact | null> {
  const source = sourceFor(sources, resource ?? null)
  if (!source || !resource) return null
  const memory = memoryOf(app)
  const key = JSON.stringify([stampOf(source), resource.type ?? null, resource.id ?? null])
  const known = memory.answers.get(key)
  if (known && known.until > performance.now()) return known.fact
  const under = memory.asking.get(key)
  if (under) return under
  if (memory.asking.size >= mostAsking) return unknownFact(source)
  const asked = ask(app, memory, source, resource).then(fact => {
    memory.asking.delete(key)
    remember(memory.answers, key, fact)
    return fact
  })
  memory.asking.set(key, asked)
  return asked
}

function remember(answers: Map<string, Remembered>, key: string, fact: ResourceFact): void {
  answers.delete(key)
  answers.set(key, { fact, until: performance.now() + (fact.known ? fresh : freshUnknown) })
  for (const oldest of answers.keys()) {
    if (answers.size <= mostRemembered) return
    answers.delete(oldest)
  }
}

async function ask(
  app: Pick<Instance, 'log'>,
  { allow }: Memory,
  source: ResourceSource,
  resource: NamedResource,
): Promise<ResourceFact> {
  try {
    const url = sourceAddress(source.url, resource)
    if (url === null) return unknownFact(source)
    const answer = await guardedFetch(
      { method: 'GET', url, headers: { accept: 'application/json' }, milliseconds: patience, maxBytes: 16_384 },
      allow,
    )
    if (answer.status !== 200) return unknownFact(source)
    const told = said.parse(JSON.parse(answer.body.toString('utf8')))
    return {
      source: stampOf(source),
      known: true,
      environment: told.environment ?? null,
      tenant: told.tenant ?? null,
      classification: told.classification ?? null,
      owning_team: told.owning_team ?? null,
      owner: told.owner ?? null,
    }
  } catch (error) {
    app.log.warn({ err: error, source: source.id }, 'a source of resource facts gave no answer')
    return unknownFact(source)
  }
}
