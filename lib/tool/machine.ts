import type { Machine } from '@/lib/kernel/machine'
import type { ToolStatus } from './tool'

/** A tool. Once somebody has said what it is, nobody can unsay it: only say something else. */
export const toolMachine: Machine<ToolStatus, 'classify'> = {
  unclassified: { classify: 'classified' },
  classified: { classify: 'classified' },
}
