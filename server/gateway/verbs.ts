import {
  type CompleteRequest,
  type CompleteResult,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
} from '@modelcontextprotocol/server'
import type { Verb } from '@/lib/gateway/naming'
import { isTooDeep, metaKey } from '@/lib/gateway/result'
import type { Scrubber } from '@/lib/gateway/scrub'
import { canonical } from '@/lib/kernel/canonical'
import type { Classification } from '@/lib/kernel/scale'
import type { Gated, Means } from './asked'
import { gatedCall } from './call'
import type { Standby } from './catalogue'
import type { Offers } from './offers'
import { nobodyToAsk } from './talk'
import type { Asker } from './talks'
import { wayOf } from './upstream'

/** Beside tools: reading resources, getting prompts and completing, each decided under a name of the catalogue. */
export interface Verbs {
  /** By which name it is decided; null: the server has nothing of the kind. @throws ProtocolError when it cannot be decided now */
  of(
    server: Standby,
    verb: Verb,
  ): Promise<{ readonly tool: string; readonly classification: Classification | undefined } | null>
  /** Nobody waits for it: whatever is not allowed at once is answered by no suggestion. */
  complete(asker: Asker, params: CompleteRequest['params']): Promise<CompleteResult>
}

/** Implementation-defined (JSON-RPC 2.0 §5.1): Holdpoint did not let it pass. */
const notPassed = -32_010
const unavailable = (reason: string) =>
  new ProtocolError(
    notPassed,
    `Holdpoint: this could not be decided and was not done (service.unavailable). ${reason}`,
    {
      [metaKey]: { status: 'unavailable', code: 'service.unavailable', action: null },
    },
  )

export function openVerbs(means: Means, offers: Offers): Verbs {
  async function of({ upstream, shelf }: Standby, verb: Verb) {
    const tool = await upstream.verb(verb).catch(() => {
      throw unavailable('Its server cannot be reached.')
    })
    if (!tool) return null
    const standing = await shelf.standing(tool)
    if (standing !== 'open') throw unavailable('Holdpoint cannot be reached.')
    return { tool: tool.name, classification: upstream.classification }
  }

  return {
    of,
    async complete({ run, ctx, caller }, params) {
      const talk = nobodyToAsk(`${caller.id}\n${run}`)
      const { ref } = params
      const none = { completion: { values: [] } }
      const found = ref.type === 'ref/prompt' ? await offers.prompt(ref.name) : await offers.resource(ref.uri)
      const verb = found && (await of(found.server, 'completion/complete'))
      if (!found || !verb) return none
      const own = ref.type === 'ref/prompt' ? { ...ref, name: found.name } : { ...ref, uri: found.name }
      const { argument, context } = params
      const asked = { ref: own, argument, ...(context ? { context } : {}) }
      const gated = await gatedCall<CompleteResult>(
        { ...means, waitSeconds: 0 },
        {
          caller,
          session: run,
          ...verb,
          params: asked,
          traceparent: undefined,
          signal: ctx.mcpReq.signal,
          back: talk.back,
          progress: null,
          // Changed, it would not be what was typed: it is sent as it is, or not at all.
          ...wayOf(
            found.server.upstream,
            talk,
            way => decided =>
              canonical(decided) === canonical(asked)
                ? way.complete(asked)
                : Promise.resolve({ is: 'failed', message: 'It was allowed with other words; nothing was sent.' }),
          ),
          text: result => result.completion.values.join('\n'),
        },
      )
      if (gated.is === 'answered') return gated.result
      const { status, action } = gated.said._meta[metaKey]
      if (status === 'pending' && action !== null) means.background(caller.holdpoint.cancel(action, 'no longer typed'))
      return none
    },
  }
}

/** What the client hears where there is no answer: the server's own refusal, or what the gateway says of it. */
export function refusalOf<R>(
  gated: Exclude<Gated<R>, { is: 'answered' }>,
  scrub: Scrubber,
  uri?: string,
): ProtocolError {
  const { error, said } = gated
  if (!error) return new ProtocolError(notPassed, said.content.map(one => one.text).join('\n'), said._meta)
  const data: unknown = isTooDeep(error.data) ? undefined : error.data
  if (uri !== undefined && (error.code === ProtocolErrorCode.ResourceNotFound || names(data)))
    return new ResourceNotFoundError(uri)
  if (typeof data === 'object' && data !== null) scrub.inside(data)
  return new ProtocolError(error.code, scrub.text(error.message), typeof data === 'string' ? scrub.text(data) : data)
}

const names = (data: unknown) => typeof data === 'object' && data !== null && 'uri' in data
