import { describe, expect, it } from 'vitest'
import { secretsOf } from './secrets'

const shared = { timeout_seconds: 60 }
const address = (url: string, headers = {}) => secretsOf({ ...shared, url, headers })
const command = (...args: string[]) => secretsOf({ ...shared, command: 'x', args, env: {} })
const made = 'k3yOf20OrMoreLetters9x'

describe('what of a server is secret', () => {
  it.each([
    ['https://mcp.example/mcp?api_key=abcdef', 'abcdef'],
    ['https://mcp.example/mcp?a=1&Access-Token=ab%2Fcdef', 'ab/cdef'],
    ['https://mcp.example/mcp?Access-Token=ab%2Fcdef', 'ab%2Fcdef'],
    [`https://mcp.example/mcp?who=${made}`, made],
    ['https://me:pass%20word@mcp.example/mcp', 'pass word'],
    [`https://mcp.example/s/${made}/mcp`, made],
  ])('%s: %s', (url, secret) => expect(address(url)).toContain(secret))

  it.each([
    [['--api-key', 'abcdef'], 'abcdef'],
    [['--token=abcdef'], 'abcdef'],
    [['-k', 'x', 'PASSWORD=abc def'], 'abc def'],
    [['--header', 'Authorization: Bearer abcdef'], 'Bearer abcdef'],
    [['postgres://me:abcdef@host/db'], 'abcdef'],
    [['--url=https://x.example/?key=abcdef'], 'abcdef'],
  ])('%j: %s', (args, secret) => expect(command(...args)).toContain(secret))

  it('headers and variables wholly', () => {
    expect(address('https://mcp.example/mcp', { 'x-any': 'one' })).toEqual(['one'])
    expect(secretsOf({ ...shared, command: 'x', args: [], env: { ANY: 'two' } })).toEqual(['two'])
  })

  it('no folder, version, name or flag: results that speak of them stay whole', () => {
    expect(
      command('-y', '@scope/server-filesystem@2025.1.1', '/srv/data/2025', '--verbose', '--project', 'mine'),
    ).toEqual([])
    expect(address('https://mcp.example/v1/mcp?version=2025-11-25&project=mine')).toEqual([])
  })
})
