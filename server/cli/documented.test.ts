import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { terminal } from '@/server/testing/cli'
import { commands, helpOf } from './commands'
import { exit } from './exit'

const { run, home } = terminal()
const page = readFileSync('docs/cli.md', 'utf8')
const help = (name: string) =>
  Object.entries(commands)
    .flatMap(([at, one]) => (at === name ? [helpOf(one)] : []))
    .join()

describe('what is written of the command line', () => {
  it.each(Object.entries(commands))('docs/cli.md says of %s what its --help says', (name, command) => {
    expect(page).toContain(`### ${name}\n`)
    expect(page).toContain(`\`\`\`text\n${helpOf(command)}\n\`\`\``)
  })

  it('holdpoint help names every command, and every exit code is explained', async () => {
    const { code, out } = await run(['--help'])
    expect(code).toBe(0)
    for (const name of Object.keys(commands)) expect(out, name).toMatch(new RegExp(`^  ${name} `, 'm'))
    expect(await run(['approve', '--help'])).toMatchObject({ code: 0, out: `${help('approve')}\n` })
    for (const one of Object.values(exit)) expect(page).toMatch(new RegExp(`^\\| ${one} +\\|`, 'm'))
    expect(await run(['dance'])).toMatchObject({ code: 2 })
  })

  it('bash completes commands, options and what follows', async () => {
    const script = join(home, 'completion.bash')
    writeFileSync(script, (await run(['completion', 'bash'])).out)
    const completed = (...words: string[]) =>
      execFileSync('bash', [
        '-c',
        `source ${script}; COMP_WORDS=(${words.map(one => `'${one}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _holdpoint; echo "\${COMPREPLY[@]}"`,
      ])
        .toString()
        .trim()
        .split(' ')
    expect(completed('holdpoint', 'wh')).toEqual(['whoami'])
    const named = [...(await run(['help'])).out.matchAll(/^ {2}([a-z-]+) /gm)].map(([, name]) => name)
    expect(
      completed('holdpoint', '')
        .filter(one => one !== 'help')
        .sort(),
    ).toEqual(named.sort())
    expect(completed('holdpoint', 'approve', '--d')).toEqual(['--digest'])
    expect(completed('holdpoint', 'completion', 'z')).toEqual(['zsh'])
    expect(completed('holdpoint', 'contain', 'a')).toEqual(['agent'])
  })

  it('zsh and fish get every command with its options', async () => {
    const [zsh, fish] = [(await run(['completion', 'zsh'])).out, (await run(['completion', 'fish'])).out]
    for (const [name, { options }] of Object.entries(commands)) {
      expect(zsh).toContain(`'${name}:`)
      expect(fish).toContain(`-a ${name} -d`)
      for (const option of Object.keys(options)) {
        expect(zsh).toContain(`--${option}[`)
        expect(fish).toContain(`-l ${option} `)
      }
    }
  })
})
