import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { factPage } from '@/lib/policy/fact-page'
import { factTable } from '@/lib/policy/fact-table'

const read = (file: string) => readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8')

describe('the reference of facts', () => {
  it('docs/facts.md is what the table says today (written anew with `vitest -u`)', async () => {
    await expect(factPage()).toMatchFileSnapshot('../../docs/facts.md')
  })

  it('names every fact once, under whoever reports it', () => {
    for (const { name } of factTable) expect(factPage().split(`\`context.${name}\``).length).toBe(2)
  })

  it('docs/policy.md reads only facts that exist', () => {
    const names = new Set(factTable.map(fact => fact.name))
    for (const [, name = ''] of read('policy.md').matchAll(/context\.(\w+)/g)) expect(names, name).toContain(name)
  })
})
