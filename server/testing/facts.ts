import type { Facts } from '@/lib/policy/facts'
import { ordinaryFacts } from '@/lib/policy/proof-case'

/** A read in scope by a known tool: tests say what is different. */
export const plainFacts: Facts = ordinaryFacts
