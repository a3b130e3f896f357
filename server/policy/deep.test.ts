import { describe, expect, it } from 'vitest'
import { Refused } from '@/lib/kernel/problem'
import type { Facts } from '@/lib/policy/facts'
import { judge } from '@/lib/policy/judge'
import { defaultPack } from '@/lib/policy/pack'
import { plainFacts } from '@/server/testing/facts'
import { loadPolicySet } from './cedar'
import { readPolicies } from './read-policies'

const facts: Facts = { ...plainFacts, tool: 'a'.repeat(200), resource_type: 'a'.repeat(200) }
const when = (condition: string) => `@id("x") @reason("r") forbid (principal, action, resource) when { ${condition} };`
const like = 'context.tool like "*a*a*a*b"'

describe('a policy that would take the engine down', () => {
  it.each([
    ['parentheses in parentheses', when(`${'('.repeat(60_000)}true${')'.repeat(60_000)}`)],
    ['a not of a not', when(`${'!'.repeat(100_000)}true`)],
    ['an if in an if', when('if true then '.repeat(9_000) + 'true' + ' else true'.repeat(9_000))],
    ['a sum without end', when(Array.from({ length: 6_000 }, () => like).join(' || '))],
    ['sets in sets', when(`${'['.repeat(50_000)}1${']'.repeat(50_000)} == [1]`)],
  ])('O01 INV-42 D04 %s is refused, and what is in force is judged as before', (_name, source) => {
    const pack = loadPolicySet(1, defaultPack({ demo: false }))
    expect(judge(pack, facts).effect).toBe('allow')
    expect(() => readPolicies(source)).toThrow(Refused)
    expect(judge(pack, { ...facts, team: `tea_${_name}` }).effect).toBe('allow')
    expect(judge(pack, { ...facts, team: `tea_${_name}`, operation: 'pay' }).effect).toBe('hold')
    expect(readPolicies(defaultPack({ demo: false })).rules.size).toBeGreaterThan(10)
  })

  it.each([
    ['brackets', when(`${'('.repeat(38)}true${')'.repeat(38)}`)],
    ['sets', when(`${'['.repeat(38)}1${']'.repeat(38)} == [1]`)],
    ['operators', when(Array.from({ length: 150 }, () => like).join(' || '))],
    ['conditions', when(`${'if true then '.repeat(30)}true${' else true'.repeat(30)}`)],
    ['steps', when(`context${'.tool'.repeat(599)} == "x"`)],
    ['nots', when(`${'!'.repeat(299)}true`)],
    [
      'strings and comments, in which anything may stand',
      `// ${'('.repeat(9_000)}\n${when(`context.tool == "${'(['.repeat(2_000)}\\" ||"`)}`,
    ],
  ])('D04 as many %s as a policy may have take nothing down', (name, source) => {
    expect(() => {
      try {
        readPolicies(source)
      } catch (error) {
        if (!(error instanceof Refused)) throw error
      }
    }).not.toThrow()
    const pack = loadPolicySet(1, defaultPack({ demo: false }))
    expect(judge(pack, { ...facts, team: name }).effect).toBe('allow')
  })

  it('D04 the largest set that can be proposed is judged within 100 ms', () => {
    const rule = (n: number) =>
      `@id("p${n}") @reason("r") forbid (principal, action, resource) when { context.tool like "*${'a*'.repeat(30)}b${n}" };\n`
    const set = loadPolicySet(2, Array.from({ length: 1_200 }, (_, n) => rule(n)).join(''))
    const times = Array.from({ length: 5 }, (_, n) => {
      const began = performance.now()
      expect(judge(set, { ...facts, team: `tea_${n}` }).effect).toBe('deny')
      return performance.now() - began
    })
    expect(Math.min(...times)).toBeLessThan(100)
  })
})
