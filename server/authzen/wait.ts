import { preferredWait, type SentHeaders } from '@/server/gate/request-headers'

/** A question is answered at once, unless it says that it can wait for people (`Prefer: wait`, RFC 7240). @throws Refused */
export const waitAsked = (headers: SentHeaders): number => (headers.get('prefer') === null ? 0 : preferredWait(headers))

/** The same for several questions in one request: how many whole seconds are left of it now. @throws Refused at once */
export function waitLeft(headers: SentHeaders): () => number {
  const until = performance.now() + waitAsked(headers) * 1_000
  return () => Math.max(0, Math.ceil((until - performance.now()) / 1_000))
}
