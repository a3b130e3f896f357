import { hashBearer, mintBearer, readBearer } from '@/server/db/bearer'

/** How a personal token begins. Never `hp_`: what belongs to a person cannot be taken for an agent's key. */
const kind = 'hpu'

/** Makes the token of a sign-in; it exists only in the answer that gives it. */
export function mintToken(signIn: string): string {
  return mintBearer(kind, signIn)
}

/** What is stored of the token in an Authorization header (RFC 6750 §2.1). Null: it is none of ours. */
export function readToken(authorization: string | undefined): Buffer | null {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
  return token && readBearer(kind, token) !== null ? hashBearer(token) : null
}
