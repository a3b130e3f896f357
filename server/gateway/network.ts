import { surroundings } from '@/server/config'
import { plainStream } from '@/server/outgoing/plain-stream'
import type { StreamLimits } from '@/server/outgoing/stream'

/** Answers are read up to this size, whatever they were packed into, and a place is given up that says nothing for longer than any call may take. */
export const answerLimits: StreamLimits = { maxBytes: 32 * 1_048_576, idleMilliseconds: 3_700_000 }

/** By which a gateway of its own asks Holdpoint, and calls its servers. */
export const network = plainStream(answerLimits, surroundings())
