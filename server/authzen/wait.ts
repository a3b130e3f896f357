import { preferredWait, type SentHeaders } from '@/server/gate/request-headers'

/** A question is answered at once, unless it says that it can wait for people (`Prefer: wait`, RFC 7240). @throws Refused */
export const waitAsked = (headers: SentHeaders): number => (headers.get('prefer') === null ? 0 : preferredWait(headers))
