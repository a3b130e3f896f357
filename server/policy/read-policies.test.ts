import { describe, expect, it } from 'vitest'
import { Refused } from '@/lib/kernel/problem'
import { annotations } from '@/lib/policy/annotations'
import { factTable } from '@/lib/policy/fact-table'
import { defaultPack } from '@/lib/policy/pack'
import { checkPolicies, readPolicies } from './read-policies'

const good = '@id("good") @reason("r")\npermit (principal, action, resource) when { context.in_scope };\n'
const errors = (source: string) => checkPolicies(source).faults.filter(fault => fault.severity === 'error')

describe('checking a policy', () => {
  it('O01 says where each fault is, in lines and columns, past text that is more than one byte a letter', () => {
    const source = `// é€𝄞 a comment\n${good}\n@id("b") @reason("é€𝄞")\nforbid (principal, action, resource)\n  when { context.friendly };\n`
    expect(errors(source)).toMatchObject([{ line: 7, column: 10, end_line: 7, end_column: 26 }])
    expect(errors(`${good}permit (principal`)).toMatchObject([{ line: 3 }])
    expect(
      errors(`${good}\n@id("x") @reason("r") @aprovals("2")\nforbid (principal, action, resource);`),
    ).toMatchObject([{ line: 4, column: 23, message: 'x: there is no annotation @aprovals.' }])
  })

  it('points at the policy itself, not at its copy in a comment, however many there are', () => {
    const twin = '@id("x") @reason("r") forbid (principal, action, resource) when { context.nope };'
    const many = Array.from({ length: 12 }, (_, n) => good.replace('good', `good${n}`)).join('')
    const checked = checkPolicies(`// ${twin}\n${many}${twin}`)
    expect(checked.faults).toMatchObject([{ line: 26 }])
    expect([...checked.rules.keys()]).toEqual([...Array.from({ length: 12 }, (_, n) => `good${n}`), 'x'])
  })

  it('finds all faults at once, in their order', () => {
    const broken = (n: number) =>
      `@id("p${n}") @reason("r") @who("them") forbid (principal, action, resource) when { context.no${n} };\n`
    const found = errors([1, 2, 3].map(broken).join(''))
    expect(found.map(fault => fault.line)).toEqual([1, 2, 3])
    const types =
      '@id("t") @reason("r") permit (principal, action, resource) when { context.tier > 3 && context.nope };'
    expect(errors(types).length).toBeGreaterThan(0)
  })

  it('O03 an annotation that is misspelt, misplaced or out of range is an error, never a lower demand', () => {
    const forbid = (said: string) => `@id("a") @reason("r") ${said} forbid (principal, action, resource);`
    for (const said of [
      '@aproval("2")',
      '@Approvals("2")',
      '@approvals("02")',
      '@approvals("0")',
      '@approvals("10")',
      '@approvals',
      '@who("anyone")',
      '@reading("0s")',
      '@reading("61m")',
      '@reading("long")',
      '@timeout("1w")',
      '@timeout',
      '@code("allowed")',
      '@explain("yes")',
    ])
      expect(() => readPolicies(forbid(said)), said).toThrow(Refused)
    for (const { name, example } of annotations.filter(one => one.name !== 'id' && one.name !== 'reason')) {
      const said = forbid(`@${name}("${example}")`)
      expect(errors(name === 'obligation' ? said.replace('forbid', 'permit') : said), name).toEqual([])
    }
    const permit = (said: string) => forbid(said).replace('forbid', 'permit')
    for (const said of [
      forbid('@constrain("cap amout")'),
      forbid('@obligation("log")'),
      permit('@obligation("logg")'),
      permit('@constrain("read_only")'),
    ])
      expect(errors(said), said).toHaveLength(1)
  })

  it.each(factTable.filter(fact => fact.reported_by === 'agent'))(
    'O01 refuses a permit that rests on $name, which agents report; a forbid may read it',
    ({ name, type }) => {
      const test =
        type === 'Bool'
          ? `context.${name}`
          : type === 'Set<String>'
            ? `context.${name}.contains("x")`
            : `context has ${name} && context.${name} == ${type === 'Long' ? '1' : '"x"'}`
      const permit = `@id("a") @reason("r") permit (principal, action, resource) when { context.in_scope && (${test}) };`
      expect(errors(permit)).toMatchObject([{ line: 1, message: expect.stringContaining(name) }])
      expect(() => readPolicies(permit)).toThrow(Refused)
      expect(errors(permit.replace('permit', 'forbid'))).toEqual([])
    },
  )

  it('warns of a forbid that an agent could lift by what it says, and of one that can never apply', () => {
    const lifted = '@id("a") @reason("r") forbid (principal, action, resource) unless { context.any_untrusted };'
    expect(checkPolicies(lifted).faults).toMatchObject([{ severity: 'warning' }])
    const never = '@id("a") @reason("r") forbid (principal, action, resource) when { context.tier == "x" && false };'
    expect(checkPolicies(never).faults).toMatchObject([{ severity: 'warning' }])
    expect(() => readPolicies(lifted)).not.toThrow()
  })

  it('takes the default pack without a fault', () => {
    for (const demo of [true, false]) expect(checkPolicies(defaultPack({ demo })).faults).toEqual([])
  })

  it('a refusal carries the place of every fault', () => {
    try {
      readPolicies(`${good}\nnonsense`)
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({ code: 'policy.invalid', more: { errors: [{ pointer: '/source', line: 4 }] } })
    }
  })
})
