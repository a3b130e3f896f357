import { weighty } from '@/lib/session/argument-facts'
import { type Doubt, doubtsOf as doubtsIn } from '@/lib/session/doubt'
import type { Meaning } from '@/lib/tool/tool'
import type { HoldDetail } from './hold'

/** Means something that hurts first when it is wrong; these lead. */
export const isWeighty = (meaning: Meaning | undefined): boolean => meaning !== undefined && weighty.includes(meaning)

/** What of a hold must be looked at twice. */
export const doubtsOf = ({
  provenance = [],
  tool_info,
}: Pick<HoldDetail, 'tool_info' | 'provenance'>): readonly Doubt[] => doubtsIn(provenance, tool_info?.params ?? {})
