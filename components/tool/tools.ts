'use client'
import { useQuery } from '@tanstack/react-query'
import { call } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import { useList } from '@/components/data/list'
import type { Named } from '@/components/data/me'
import type { Classified } from '@/lib/tool/tool'

/** What a server says of a tool. */
export interface Described {
  readonly description: string
  readonly schema: unknown
  readonly rest: unknown
}

/** One entry of the catalogue. `hints` only suggests: a person confirms or corrects it. */
export interface ToolItem {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly source: string
  readonly status: 'unclassified' | 'classified'
  readonly classified: Classified | null
  readonly classified_by?: Named | null
  readonly hints: (Partial<Classified> & { readonly because?: readonly string[] }) | null
  readonly parameters: readonly {
    readonly name: string
    readonly type: string | null
    readonly description: string | null
  }[]
  /** Set where it is described otherwise than when it was classified. */
  readonly drift: { readonly at: string; readonly before: Described; readonly after: Described } | null
  readonly classify_hold_id: string | null
  readonly waiting_calls: number
  readonly first_seen_at: string
  readonly etag: string
}

/** What state it is in, as `StateBadge` has it: one that its server describes otherwise than when it was classified waits to be so again. */
export const stateOf = ({ drift, status }: ToolItem) => (drift ? 'drifted' : status)

export function useTools(filters: { q?: string; status?: string; source?: string }) {
  return useList<ToolItem>('tool', 'tools', filters)
}

export function useTool(id: string) {
  return useQuery({
    queryKey: keys.one('tool', id),
    queryFn: ({ signal }) => call<ToolItem>(`/api/console/tools/${encodeURIComponent(id)}`, { signal }),
  })
}

/** Says what a tool is. Something weaker than before waits for a second person: then the answer names the approval. */
export function classify(tool: ToolItem, said: Classified): Promise<{ hold_id?: string }> {
  return call(`/api/console/tools/${tool.id}/classify`, { method: 'POST', body: said, ifMatch: tool.etag })
}
