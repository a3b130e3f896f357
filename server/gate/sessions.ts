import type { ActionRecord } from '@/lib/action/answer'
import type { Candidate } from '@/lib/gate/candidate'
import { after, enter, type SessionState, unseen } from '@/lib/session/session'
import type { ChangedSession } from '@/server/session/store'
import type { BatchFacts } from './batch-store'
import { type Named, sessionOf } from './candidates'

/** The sessions of one batch: what each ruling leaves behind is known to those after it. */
export interface BatchSessions {
  /** The session as it is when this submission arrives with its sources. */
  before(named: Named): SessionState
  after(named: Named, before: SessionState, record: ActionRecord, candidate: Candidate): void
  /** Those in which something is new, to be written. */
  changed(): ChangedSession[]
}

export function openSessions(facts: BatchFacts): BatchSessions {
  const states = new Map(facts.sessions)
  const slotOf = ({ known, given }: Named) => `${known.agent.id}/${sessionOf(given, facts.at)}`
  const changed = new Map<string, ChangedSession>()
  return {
    before: named => enter(states.get(slotOf(named)) ?? unseen, named.given.sources),
    after(named, before, record, { pinned }) {
      const slot = slotOf(named)
      const next = after(before, {
        tool: record.tool,
        operation: record.operation,
        classification: record.classification,
        status: record.status === 'denied' ? 'denied' : record.decision ? 'allowed' : 'held',
        untrusted_text: pinned.untrusted_text,
      })
      if (next === states.get(slot)) return
      states.set(slot, next)
      if (next !== unseen)
        changed.set(slot, { agent_id: record.agent_id, session: sessionOf(named.given, facts.at), ...next })
    },
    changed: () => [...changed.values()],
  }
}
