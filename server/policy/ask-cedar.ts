import type * as cedar from '@cedar-policy/cedar-wasm/nodejs'

type Cedar = Pick<typeof cedar, 'policySetTextToParts' | 'policyToJson' | 'validate'>

/** All that Cedar says of a text. Policies are named by their place in `parts`. */
export interface CedarSaid {
  readonly parts: ReturnType<Cedar['policySetTextToParts']>
  readonly json: readonly ReturnType<Cedar['policyToJson']>[]
  readonly checked: ReturnType<Cedar['validate']>
}

/**
 * Asks Cedar all that is asked of a text before it may be used: milliseconds a policy, strict validation most of them. Its
 * own text is handed to a thread as well (`aside.ts`), so it uses nothing but its arguments.
 */
export function askCedar(cedar: Cedar, schema: string, source: string): CedarSaid {
  const parts = cedar.policySetTextToParts(source)
  const texts = parts.type === 'success' ? parts.policies : []
  const json = texts.map(text => cedar.policyToJson(text))
  const sound = texts.flatMap((text, at) => (json[at]?.type === 'success' ? [[String(at), text]] : []))
  const policies = { staticPolicies: Object.fromEntries(sound) }
  return { parts, json, checked: cedar.validate({ schema, policies, validationSettings: { mode: 'strict' } }) }
}
