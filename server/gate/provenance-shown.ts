import { parameterOf } from '@/lib/session/leaf'
import { type Found, traceOf } from '@/lib/session/provenance'
import { reportedSources } from '@/lib/session/source'

/** An action's body as it was sent, as far as this looks. */
interface Sent {
  readonly params?: Readonly<Record<string, unknown>>
  readonly context?: Parameters<typeof reportedSources>[0]
}

/**
 * Where each argument came from, as the decision screen shows it: what was sealed with the action, else by the same search
 * in what was sent with it, whose text does not change. What an approver has changed came from neither, and is left out.
 */
export function provenanceShown(
  body: string | undefined,
  pinned: string | undefined,
  shown: Readonly<Record<string, unknown>>,
): readonly Found[] {
  if (body === undefined) return []
  const { params = {}, context }: Sent = JSON.parse(body)
  const found: readonly Found[] =
    pinned === undefined ? traceOf(params, reportedSources(context)).found : JSON.parse(pinned)
  const same = Object.keys(params).filter(name => JSON.stringify(params[name]) === JSON.stringify(shown[name]))
  return found.filter(one => one.pointer === '' || same.includes(parameterOf(one.pointer)))
}
