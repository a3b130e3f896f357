'use client'
import { useQuery } from '@tanstack/react-query'
import type { AgentItem } from '@/components/agent/agents'
import { call, type Page, query } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import type { ToolItem } from '@/components/tool/tools'
import { wrapperReason } from '@/lib/grant/wrapper'
import type { ToolChoice } from './grant-draft'

/** A tool in the picker, with what it does, or why it cannot be approved in advance. */
export interface PickedTool {
  readonly tool: ToolChoice
  readonly hint: string
  readonly refused: boolean
}

function picked(tool: ToolItem): PickedTool {
  const { classified } = tool
  if (!classified) return { tool, refused: true, hint: 'Not classified yet: people decide each of its calls' }
  const wrapper = wrapperReason({ name: tool.name, classified }, [])
  if (wrapper) return { tool, refused: true, hint: `Never in advance: ${wrapper}` }
  return { tool, refused: false, hint: classified.operation + (classified.reversible ? '' : ', cannot be undone') }
}

const mostPages = 10

/** Every page of a list, for a picker; at most 2,000 rows. */
async function everyPage<T>(path: string, signal: AbortSignal): Promise<T[]> {
  const items: T[] = []
  let cursor: string | null = ''
  for (let page = 0; page < mostPages && cursor !== null; page++) {
    const got: Page<T> = await call(`/api/console/${path}${query({ limit: 200, cursor })}`, { signal })
    items.push(...got.items)
    cursor = got.next_cursor
  }
  return items
}

/** The catalogue, what can be approved in advance first. */
export function usePickedTools() {
  return useQuery({
    queryKey: keys.list('tool', { for: 'grants' }),
    queryFn: async ({ signal }) => {
      const all = (await everyPage<ToolItem>('tools', signal)).map(picked)
      return all.sort((a, b) => Number(a.refused) - Number(b.refused) || (a.tool.name < b.tool.name ? -1 : 1))
    },
  })
}

/** The agents that a person may see, for the picker. */
export function usePickedAgents() {
  return useQuery({
    queryKey: keys.list('agent', { for: 'grants' }),
    queryFn: async ({ signal }) =>
      (await everyPage<AgentItem>('agents', signal)).filter(agent => agent.status !== 'retired'),
  })
}
