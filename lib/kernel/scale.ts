/** The closed scales that registry, policy and gate share. Order is meaning: later is stricter. */
export const operations = [
  'read',
  'create',
  'update',
  'delete',
  'execute',
  'send',
  'pay',
  'deploy',
  'secret',
  'privilege',
  'revoke',
  'delegate',
] as const
export type Operation = (typeof operations)[number]

export const environments = ['development', 'staging', 'production'] as const
export type Environment = (typeof environments)[number]

export const classifications = ['public', 'internal', 'confidential', 'restricted'] as const
export type Classification = (typeof classifications)[number]

/** The stricter of two points on a scale; an absent one (null, undefined) does not count. */
export function stricter<T extends string>(scale: readonly T[], a: T, b: T | null | undefined): T {
  return b != null && scale.indexOf(b) > scale.indexOf(a) ? b : a
}

/** True when `a` stands above `b` on the scale. */
export function above<T extends string>(scale: readonly T[], a: T, b: T): boolean {
  return scale.indexOf(a) > scale.indexOf(b)
}
