import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readGatewayConfig } from '@/lib/gateway/config'
import { besideConfig, clientSetups } from './clients'
import { lineOf, readPasted, wordsOf } from './paste'
import { isForbiddenVariable } from './variable'

describe('what somebody pastes', () => {
  it('is an address', () => {
    expect(readPasted(' https://mcp.linear.app/mcp ')).toMatchObject({
      url: 'https://mcp.linear.app/mcp',
      name: 'linear',
    })
    expect(readPasted('http://127.0.0.1:8080/mcp')).toMatchObject({ url: 'http://127.0.0.1:8080/mcp', name: 'tools' })
  })

  it('is a command line, with its variables and quotes', () => {
    expect(readPasted(`TOKEN='a b' npx -y @modelcontextprotocol/server-filesystem@2026.8.31 "/srv/my files"`)).toEqual({
      name: 'filesystem',
      url: null,
      headers: {},
      command: 'npx',
      args: ['-y', '@modelcontextprotocol/server-filesystem@2026.8.31', '/srv/my files'],
      env: { TOKEN: 'a b' },
    })
    expect(readPasted('uvx mcp-server-git --repository /srv/repo').name).toBe('git')
    expect(readPasted('')).toMatchObject({ url: null, command: '' })
  })

  it('is an entry of a client’s configuration, as each of them writes it', () => {
    const entry = { command: 'npx', args: ['-y', 'server-github'], env: { GITHUB_TOKEN: 't' } }
    const read = { name: 'gh', command: 'npx', args: ['-y', 'server-github'], env: { GITHUB_TOKEN: 't' } }
    expect(readPasted(JSON.stringify({ mcpServers: { gh: entry } }))).toMatchObject(read)
    expect(readPasted(JSON.stringify({ servers: { gh: entry } }))).toMatchObject(read)
    expect(readPasted(JSON.stringify({ gh: entry }))).toMatchObject(read)
    expect(readPasted(JSON.stringify(entry))).toMatchObject({ ...read, name: 'github' })
    const remote = { type: 'http', url: 'https://crm.example/mcp', headers: { Authorization: 'Bearer x' } }
    expect(readPasted(JSON.stringify({ servers: { crm: remote } }))).toMatchObject({
      name: 'crm',
      url: 'https://crm.example/mcp',
      headers: { Authorization: 'Bearer x' },
    })
  })

  it('is read back as the words that it was written from', () => {
    for (const words of [
      ['npx', '-y', 'a b'],
      [`it's`, '"', '\\', '$HOME;ls'],
      ['', 'x'],
    ])
      expect(wordsOf(lineOf(words))).toEqual(words)
  })
})

it('variables that decide what is run are nobody’s to set; those of servers are', () => {
  for (const name of ['PATH', 'LD_PRELOAD', 'node_options', 'PYTHONSTARTUP', 'NPM_CONFIG_REGISTRY', 'GIT_SSH_COMMAND'])
    expect(isForbiddenVariable(name), name).toBe(true)
  for (const name of ['GITHUB_TOKEN', 'API_KEY', 'NODEBB_URL', 'UVALDE', 'PATHS'])
    expect(isForbiddenVariable(name), name).toBe(false)
})

describe('how clients are told', () => {
  const docs = readFileSync(new URL('../../docs/mcp.md', import.meta.url), 'utf8').replaceAll(/\s+/g, '')

  it.each(clientSetups('http://localhost:3000/mcp', 'hp_…').filter(one => one.id !== 'json'))(
    'docs/mcp.md says of $label what the console says',
    ({ text }) => {
      expect(docs.includes(text.replaceAll(/\s+/g, ''))).toBe(true)
    },
  )

  it('a gateway beside Holdpoint can read what is shown, and no secret stands in it', () => {
    const text = besideConfig('https://holdpoint.example', 'git', {
      command: 'uvx',
      args: ['mcp-server-git'],
      env: ['T'],
    })
    const read = readGatewayConfig(text, { HOLDPOINT_GATEWAY_KEY: 'hp_x', T: 'secret' })
    expect(read.servers.git).toMatchObject({ command: 'uvx', args: ['mcp-server-git'], env: { T: 'secret' } })
  })
})
