import { recordContract } from '@/lib/session/contract'
import { reportBody } from '@/lib/tool/contract'
import type { Consume, Own } from '@/server/gateway/own'
import type { Instance } from '@/server/instance'
import { keepSources } from '@/server/session/record-sources'
import { reportTools } from '@/server/tool/report'

/** Holdpoint as the gateway that it hosts: it needs no key to tell itself what it saw. */
const itself = { kind: 'system', id: 'gateway' } as const

/**
 * A gateway's own way where it is a part of Holdpoint: the same verbs as behind the doors, in this process.
 * @param permits how it uses permits; null where it calls nothing
 */
export function ownWay(app: Instance, permits: Consume | null): Own {
  return {
    permits,
    async report(source, tools) {
      const body = reportBody.safeParse({ source, tools })
      // What cannot be written down is nothing to go by: its calls wait for it.
      if (!body.success) return 'again'
      try {
        return (await reportTools(app, itself, source, body.data.tools)).items
      } catch (error) {
        app.log.warn({ err: error, source }, 'what a server offers could not be written down')
        return 'again'
      }
    },
    async record(session, recorded) {
      const body = recordContract.safeParse({ session, ...recorded })
      if (!body.success) return 'again'
      try {
        await keepSources(app, itself, body.data)
        return 'taken'
      } catch (error) {
        app.log.warn({ err: error }, 'what a tool returned could not be recorded')
        return 'again'
      }
    },
  }
}
