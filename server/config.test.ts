import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig } from './config'

const strong = 'p3Zk9QmW7xT1vB5nR8cY2hL6dF4sJ0aE'

describe('readConfig', () => {
  it('stands on defaults alone: loopback, embedded, with the demo', () => {
    expect(readConfig({})).toEqual({
      port: 3000,
      host: '127.0.0.1',
      home: '.holdpoint',
      databaseUrl: null,
      databaseSeconds: 1,
      demo: true,
      url: 'http://localhost:3000',
      smtp: null,
      events: null,
      oidc: null,
      sessionSecret: null,
      trustProxy: false,
      logLevel: 'warn',
      fetchAllow: [],
      mcpCommands: [],
      slackApi: 'https://slack.com/api',
    })
  })

  it('never brings the demo to a database of your own unless asked', () => {
    const DATABASE_URL = 'postgresql://me@db/holdpoint'
    expect(readConfig({ DATABASE_URL }).demo).toBe(false)
    expect(readConfig({ DATABASE_URL, HOLDPOINT_DEMO: '1' }).demo).toBe(true)
    expect(readConfig({ HOLDPOINT_DEMO: '0' }).demo).toBe(false)
  })

  it('takes the port into the default URL, and no trailing slash from yours', () => {
    expect(readConfig({ PORT: '4100' }).url).toBe('http://localhost:4100')
    expect(readConfig({ HOLDPOINT_URL: 'https://hold.example.org/' }).url).toBe('https://hold.example.org')
  })

  it('counts an empty variable as absent', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: '', HOST: '' }).port).toBe(3000)
  })

  it.each([
    ['PORT', { PORT: '70000' }],
    ['PORT', { PORT: 'http' }],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://x/y' }],
    ['HOLDPOINT_DATABASE_SECONDS', { HOLDPOINT_DATABASE_SECONDS: '0' }],
    ['HOLDPOINT_DATABASE_SECONDS', { HOLDPOINT_DATABASE_SECONDS: '1.5' }],
    ['HOLDPOINT_DEMO', { HOLDPOINT_DEMO: 'yes' }],
    ['HOLDPOINT_URL', { HOLDPOINT_URL: 'hold.example.org' }],
    ['SMTP_URL', { SMTP_URL: 'mail.example.org' }],
    ['HOLDPOINT_TRUST_PROXY', { HOLDPOINT_TRUST_PROXY: 'true' }],
    ['OIDC_CLIENT_SECRET', { OIDC_ISSUER: 'https://id.example.org', OIDC_CLIENT_ID: 'holdpoint' }],
  ])('names the variable that is wrong: %s', (name, env) => {
    expect(() => readConfig(env)).toThrow(ConfigError)
    expect(() => readConfig(env)).toThrow(name)
  })

  it.each(['', 'changeme', 'a'.repeat(64), 'changeme-changeme-changeme-0123456789', 'short-but-random-Zk9QmW7x'])(
    'O07: refuses the session secret %j',
    NEXTAUTH_SECRET => {
      expect(() => readConfig({ NEXTAUTH_SECRET })).toThrow('NEXTAUTH_SECRET')
    },
  )

  it('reads what outgoing requests may reach, and refuses what is no place', () => {
    expect(readConfig({ HOLDPOINT_FETCH_ALLOW: 'cmdb.internal, 10.0.0.0/8' }).fetchAllow).toEqual([
      'cmdb.internal',
      '10.0.0.0/8',
    ])
    expect(() => readConfig({ HOLDPOINT_FETCH_ALLOW: '10.0.0.0/99' })).toThrow(/HOLDPOINT_FETCH_ALLOW/)
  })

  it('lets no command be started that the environment does not name', () => {
    expect(readConfig({}).mcpCommands).toEqual([])
    expect(readConfig({ HOLDPOINT_MCP_COMMANDS: 'npx, /opt/mcp/git ,' }).mcpCommands).toEqual(['npx', '/opt/mcp/git'])
  })

  it('O07: takes a strong session secret', () => {
    expect(readConfig({ NEXTAUTH_SECRET: strong }).sessionSecret).toBe(strong)
  })
})
