'use client'
import { useAgents } from '@/components/agent/agents'
import { useMay, useMayEverywhere } from '@/components/data/me'
import { useClosedHolds, useOpenHolds } from '@/components/hold/holds'
import { useTools } from '@/components/tool/tools'

export interface Step {
  readonly id: 'connect' | 'call' | 'classify' | 'decide'
  readonly title: string
  readonly about: string
  readonly href: string
  readonly verb: string
  readonly done: boolean
  /** Does this person's role reach it? */
  readonly may: boolean
}

/** The first minutes, worked out from what there is; `null` while it is being read. */
export function useChecklist(): { steps: readonly Step[]; done: boolean } | null {
  const mayRegister = useMay('registry.write')
  const mayClassify = useMayEverywhere('tool.classify')
  const agents = useAgents({}).data?.items
  const tools = useTools({}).data?.items
  const open = useOpenHolds({}).data?.items
  const closed = useClosedHolds({}).data?.pages[0]?.items
  if (!agents || !tools || !open || !closed) return null
  const decided = closed.some(
    hold => hold.kind === 'action' && (hold.status === 'approved' || hold.status === 'rejected'),
  )
  const waiting = open.find(hold => hold.may_decide && hold.kind === 'action')
  const unclassified = tools.find(tool => tool.status === 'unclassified')
  const steps: Step[] = [
    {
      id: 'connect',
      title: 'Connect an agent',
      about: 'Name it, say what it may do, copy its key.',
      href: '/agents/connect',
      verb: 'Connect',
      done: agents.length > 0,
      may: mayRegister,
    },
    {
      id: 'call',
      title: 'Let it call',
      about: 'Paste the snippet where it runs. Its first call shows up at once.',
      href: agents[0] ? `/agents/${agents[0].id}` : '/agents/connect',
      verb: 'See its page',
      done: agents.some(agent => agent.last_action_at !== null),
      may: agents.length > 0,
    },
    {
      id: 'classify',
      title: 'Say what its tools do',
      about: unclassified
        ? `\`${unclassified.name}\` is new: ${mayClassify ? 'one press confirms what is suggested.' : 'an administrator or a governor says what it does.'}`
        : 'New tools wait until a person has said what they do.',
      href: unclassified ? `/tools?tool=${unclassified.id}` : '/tools',
      verb: 'Classify',
      done: tools.length > 0 && !unclassified,
      may: mayClassify && tools.length > 0,
    },
    {
      id: 'decide',
      title: 'Decide the first approval',
      about: waiting ? waiting.title : 'As soon as a rule stops something for you, it waits in Approvals.',
      href: waiting ? `/approvals/${waiting.id}` : '/approvals',
      verb: 'Decide',
      done: decided,
      may: waiting !== undefined,
    },
  ]
  return { steps, done: decided }
}
