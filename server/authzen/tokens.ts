import { hash } from 'node:crypto'
import { compactVerify, decodeProtectedHeader } from 'jose'
import type { z } from 'zod'
import type { Evaluation } from '@/lib/authzen/contract'
import { boundTo, membersOf } from '@/lib/authzen/question'
import { approvalIdOf, taskIdOf } from '@/lib/authzen/task'
import {
  type BindingClaims,
  bindingClaims,
  bindingType,
  type StateClaims,
  stateClaims,
  stateType,
} from '@/lib/authzen/token'
import { permitAlgorithm } from '@/lib/permit/permit'
import type { Instance } from '@/server/instance'
import { type Keyring, openKeyring } from '@/server/permit/keys'

type App = Pick<Instance, 'config'>

/** Longer than any token of ours. */
const longest = 8_192
const seconds = (at: Date) => Math.floor(at.getTime() / 1_000)

/** Where access requests go, and what a binding token is for. */
export const endpointOf = ({ config }: App): string => `${config.url}/access/v1/requests`

/** Approval profile, "Hash Construction": SHA-256 over the canonical question, base64url without padding. */
export const bindingHash = (asked: Evaluation, members?: readonly string[]): string =>
  hash('sha256', boundTo(asked, members), 'base64url')

/** Proof of a denial that can be asked about: bound to the question, good until `until`. */
export function signBinding(app: App, asked: Evaluation, actionId: string, at: Date, until: Date): string {
  const ring = openKeyring(app)
  const claims: BindingClaims = {
    iss: ring.issuer,
    aud: endpointOf(app),
    iat: seconds(at),
    exp: seconds(until),
    jti: actionId,
    evaluation_id: actionId,
    denial_expires_at: until.toISOString(),
    binding_context_members: [...membersOf(asked)],
    binding_hash: bindingHash(asked),
  }
  return ring.sign(claims, bindingType)
}

/** Proof of an approval, for this decision point alone. */
export function signState(app: App, agent: string, action: string, question: string, at: Date, until: Date): string {
  const ring = openKeyring(app)
  const claims: StateClaims = {
    iss: ring.issuer,
    aud: app.config.url,
    sub: agent,
    iat: seconds(at),
    exp: seconds(until),
    jti: approvalIdOf(action),
    task: taskIdOf(action),
    evaluation_id: action,
    binding_hash: question,
  }
  return ring.sign(claims, stateType)
}

/** The claims of a binding token that one of our keys has signed for access requests; null for anything else. Time is judged apart. */
export async function readBinding(app: App, presented: string, at: Date): Promise<BindingClaims | null> {
  const claims = await read(openKeyring(app), presented, bindingType, bindingClaims, at)
  return claims?.aud === endpointOf(app) ? claims : null
}

/** The claims of an approval's state that is ours, for us and in time; null for anything else. */
export async function readState(app: App, presented: unknown, at: Date): Promise<StateClaims | null> {
  const claims = await read(openKeyring(app), presented, stateType, stateClaims, at)
  return claims?.aud === app.config.url && claims.exp > seconds(at) ? claims : null
}

/** One algorithm, one type, one key, found by its id: what a header says of other keys is never followed. */
async function read<C extends { iss: string }>(
  ring: Keyring,
  presented: unknown,
  type: string,
  schema: z.ZodType<C>,
  at: Date,
): Promise<C | null> {
  if (typeof presented !== 'string' || presented.length > longest) return null
  if (!/^[\w-]+\.[\w-]+\.[\w-]{86}$/.test(presented)) return null
  try {
    const header = decodeProtectedHeader(presented)
    if (Object.keys(header).sort().join() !== 'alg,kid,typ' || header.typ !== type || header.alg !== permitAlgorithm)
      return null
    const key = ring.find(header.kid ?? '')
    if (!key || (key.dead_at && key.dead_at <= at)) return null
    const { payload } = await compactVerify(presented, key.publicKey, { algorithms: [permitAlgorithm] })
    const claims = schema.safeParse(JSON.parse(Buffer.from(payload).toString('utf8')))
    return claims.success && claims.data.iss === ring.issuer ? claims.data : null
  } catch {
    return null
  }
}
