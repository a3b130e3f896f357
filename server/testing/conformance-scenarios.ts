import { describe, expect, it } from 'vitest'
import type { Found } from './conformance'

/** The scenarios that the runner has for servers of this revision, each by its name: another one fails the tests. */
export const of2026 = [
  'server-stateless',
  'completion-complete',
  'tools-list',
  'tools-call-simple-text',
  'tools-call-image',
  'tools-call-audio',
  'tools-call-embedded-resource',
  'tools-call-mixed-content',
  'tools-call-error',
  'tools-call-with-progress',
  'json-schema-2020-12',
  'server-sse-multiple-streams',
  'resources-list',
  'resources-read-text',
  'resources-read-binary',
  'resources-templates-read',
  'sep-2164-resource-not-found',
  'prompts-list',
  'prompts-get-simple',
  'prompts-get-with-args',
  'prompts-get-embedded-resource',
  'prompts-get-with-image',
  'dns-rebinding-protection',
  'caching',
  'http-header-validation',
  'http-custom-header-server-validation',
  'input-required-result-basic-elicitation',
  'input-required-result-basic-sampling',
  'input-required-result-basic-list-roots',
  'input-required-result-request-state',
  'input-required-result-multiple-input-requests',
  'input-required-result-multi-round',
  'input-required-result-missing-input-response',
  'input-required-result-non-tool-request',
  'input-required-result-result-type',
  'input-required-result-unsupported-methods',
  'input-required-result-tampered-state',
  'input-required-result-capability-check',
  'input-required-result-ignore-extra-params',
  'input-required-result-validate-input',
]
/** The same of the revision before. */
export const of2025 = [
  'server-initialize',
  'server-session-lifecycle',
  'logging-set-level',
  'ping',
  'completion-complete',
  'tools-list',
  'tools-call-simple-text',
  'tools-call-image',
  'tools-call-audio',
  'tools-call-embedded-resource',
  'tools-call-mixed-content',
  'tools-call-with-logging',
  'tools-call-error',
  'tools-call-with-progress',
  'tools-call-sampling',
  'tools-call-elicitation',
  'json-schema-2020-12',
  'elicitation-sep1034-defaults',
  'server-sse-polling',
  'server-sse-multiple-streams',
  'elicitation-sep1330-enums',
  'resources-list',
  'resources-read-text',
  'resources-read-binary',
  'resources-templates-read',
  'resources-subscribe',
  'resources-unsubscribe',
  'prompts-list',
  'prompts-get-simple',
  'prompts-get-with-args',
  'prompts-get-embedded-resource',
  'prompts-get-with-image',
  'dns-rebinding-protection',
]

/** Why a scenario cannot be passed, by which checks it says so, and in which words: each as it is, and no other. */
export interface Exception {
  readonly why: string
  readonly says: RegExp
  readonly faults: readonly string[]
}
export type Exceptions = Readonly<Record<string, Exception>>

/** One reason for several scenarios, each with its checks. */
export const each = (why: string, says: RegExp, checks: Readonly<Record<string, string>>): Exceptions =>
  Object.fromEntries(Object.entries(checks).map(([name, faults]) => [name, { why, says, faults: faults.split('; ') }]))

/** Said of both: an exception that is none any more fails like a fault. */
export const polling = each(
  'A stream that breaks is not taken up again: a client that has gone has taken back its call. Both checks are SHOULD.',
  /priming event|retry field/,
  { 'server-sse-polling': 'warning server-sse-priming-event; warning server-sse-retry-field' },
)

/** One test for each scenario, by its name. */
export function shown(
  of: string,
  names: readonly string[],
  found: ReadonlyMap<string, Found>,
  exceptions: Exceptions = {},
): void {
  describe(`the conformance runner finds nothing wrong with ${of}:`, () => {
    for (const name of names) {
      const exception = exceptions[name]
      it(exception ? `${name}, but: ${exception.why}` : name, () => {
        const { faults, words, checks } = found.get(name) ?? { faults: ['it was not run'], words: [], checks: 0 }
        const unsaid = exception ? words.filter(word => !exception.says.test(word)) : words
        expect({ faults, unsaid }).toEqual({ faults: exception?.faults ?? [], unsaid: [] })
        expect(checks).toBeGreaterThan(0)
      })
    }

    it('and it has no other scenario for it', () => {
      expect([...found.keys()].sort()).toEqual([...names].sort())
    })
  })
}
