import type { ProblemCode } from '@/lib/kernel/problem'
import { type AnyDoor, letsToken } from './door'

/** Every problem that a door may answer with: what its shape brings with it, and what it refuses by itself. */
export function problemCodesOf(door: AnyDoor): readonly ProblemCode[] {
  const codes = new Set<ProblemCode>(['request.invalid', 'service.unavailable', 'service.fault'])
  if (door.body)
    for (const code of [
      'request.malformed',
      door.badMedia ?? 'request.unsupported_media_type',
      'request.too_large',
    ] as const)
      codes.add(code)
  if (door.path.includes('{')) codes.add('request.not_found')
  for (const code of callerCodes(door)) codes.add(code)
  for (const code of door.refuses ?? []) codes.add(code)
  return [...codes].sort()
}

function callerCodes(door: AnyDoor): readonly ProblemCode[] {
  switch (door.who) {
    case 'open':
      return []
    case 'agent':
    case 'key':
      return [
        'credential.ambiguous',
        'credential.in_query',
        'credential.invalid',
        'credential.missing',
        ...(door.unmetered ? [] : (['limit.exceeded'] as const)),
      ]
    default:
      return [
        'credential.ambiguous',
        'credential.in_query',
        'session.required',
        ...(door.method === 'GET' ? [] : (['request.forbidden_origin'] as const)),
        ...tokenCodes(door),
        ...(door.who === 'signed_in' ? [] : (['request.forbidden'] as const)),
      ]
  }
}

/** What a personal token is told where it may not go. */
function tokenCodes(door: AnyDoor): readonly ProblemCode[] {
  if (!letsToken(door)) return ['session.browser_required']
  return door.method !== 'GET' && door.token === 'decide' ? ['session.read_only'] : []
}
