import { type Classification, type Environment, environments, type Operation } from '@/lib/kernel/scale'
import type { Ask } from './agent'

export const presets = ['writes_ask', 'reads_only', 'drafts', 'high_impact_asks'] as const
export type Preset = (typeof presets)[number]

/** What a scope line says, before it has an id. */
export interface ScopeLine {
  readonly tool_pattern: string
  readonly resource_pattern: string
  readonly operations: readonly Operation[]
  readonly ceiling: Classification
  readonly environments: readonly Environment[]
  readonly tenants: readonly string[]
  readonly ask: Ask
  readonly expires_at: Date | null
}

/** What each preset gives: secrets, privileges, revoking and delegating are never in one, they are granted by hand. */
export const presetLines: Readonly<
  Record<Preset, { operations: readonly Operation[]; ceiling: Classification; ask: Ask }>
> = {
  writes_ask: {
    operations: ['read', 'create', 'update', 'delete', 'execute', 'send', 'pay', 'deploy'],
    ceiling: 'confidential',
    ask: 'writes',
  },
  reads_only: { operations: ['read'], ceiling: 'confidential', ask: 'high_impact' },
  drafts: { operations: ['read', 'create', 'update'], ceiling: 'confidential', ask: 'high_impact' },
  high_impact_asks: {
    operations: ['read', 'create', 'update', 'delete', 'execute', 'send', 'pay', 'deploy'],
    ceiling: 'confidential',
    ask: 'high_impact',
  },
}

/** The scope lines that a preset writes for an agent registered in this environment: there and below, never above. */
export function presetScopes(preset: Preset, environment: Environment): ScopeLine[] {
  const line = presetLines[preset]
  return [
    {
      tool_pattern: '*',
      resource_pattern: '*',
      operations: line.operations,
      ceiling: line.ceiling,
      environments: environments.slice(0, environments.indexOf(environment) + 1),
      tenants: ['*'],
      ask: line.ask,
      expires_at: null,
    },
  ]
}
