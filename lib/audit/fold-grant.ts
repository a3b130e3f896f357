import type { KnownEvent } from './catalogue'

/** What the log says of a standing approval: where it stands, and how often each line was used. */
export interface FoldedGrant {
  readonly agent: string
  readonly kind: string
  readonly status: 'active' | 'revoked'
  readonly expires_at: string
  readonly closed: string | null
  readonly reviewed: string | null
  readonly lines: ReadonlyMap<string, number>
}
export type FoldedGrants = Map<string, FoldedGrant>

/** Takes one event more. A use is a decision by `grant`, whose rules are the grant and its line. */
export function foldGrant(grants: FoldedGrants, event: KnownEvent): void {
  const change = (id: string, next: (before: FoldedGrant) => FoldedGrant) => {
    const before = grants.get(id)
    if (before) grants.set(id, next(before))
  }
  switch (event.type) {
    case 'grant.created': {
      const { grant_id, agent_id: agent, kind, expires_at, lines } = event.data
      const unused = new Map(lines.map(line => [line.line_id, 0]))
      grants.set(grant_id, { agent, kind, status: 'active', expires_at, closed: null, reviewed: null, lines: unused })
      return
    }
    case 'grant.revoked':
      change(event.data.grant_id, before => ({ ...before, status: 'revoked' }))
      return
    case 'grant.expired':
      change(event.data.grant_id, before => ({ ...before, closed: 'expired' }))
      return
    case 'grant.exhausted':
      change(event.data.grant_id, before => ({ ...before, closed: 'exhausted' }))
      return
    case 'grant.ended': {
      const { why } = event.data
      change(event.data.grant_id, before => ({ ...before, closed: why }))
      return
    }
    case 'grant.reviewed': {
      const { verdict } = event.data
      change(event.data.grant_id, before => ({ ...before, reviewed: verdict }))
      return
    }
    case 'action.decided': {
      if (event.data.by !== 'grant') return
      const [grant = '', line = ''] = event.data.rules
      change(grant, before => ({
        ...before,
        lines: new Map(before.lines).set(line, (before.lines.get(line) ?? 0) + 1),
      }))
    }
  }
}
