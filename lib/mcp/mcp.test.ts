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

describe('a variable of a server that Holdpoint starts', () => {
  it.each([
    ['where programs are found', 'PATH Path PATHEXT SHELL HOME XDG_CONFIG_HOME TMPDIR'],
    ['what a shell runs first', 'ENV BASH_ENV BASH_FUNC_ls PS4 PROMPT_COMMAND ZDOTDIR IFS'],
    [
      'what the loader and the C library load',
      'LD_PRELOAD DYLD_INSERT_LIBRARIES GCONV_PATH LOCPATH GLIBC_TUNABLES HOSTALIASES',
    ],
    ['what libraries load', 'OPENSSL_CONF OPENSSL_MODULES GTK_MODULES ODBCINI LIBMYSQL_PLUGINS'],
    ['JavaScript', 'NODE_OPTIONS node_options npm_config_registry NPM_CONFIG_REGISTRY BUN_CONFIG TS_NODE_PROJECT'],
    ['Python', 'PYTHONSTARTUP PYTHONPATH PIP_INDEX_URL UV_INDEX PYTEST_ADDOPTS'],
    ['Perl and Ruby', 'PERL5OPT PERL5LIB PERLLIB RUBYOPT GEM_PATH BUNDLE_GEMFILE'],
    ['Java', 'CLASSPATH JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS MAVEN_OPTS'],
    ['PHP, Lua and Tcl', 'PHPRC PHP_INI_SCAN_DIR LUA_INIT LUA_INIT_5_4 LUA_PATH LUA_CPATH TCLLIBPATH'],
    ['R, Julia and Erlang', 'R_PROFILE_USER R_ENVIRON JULIA_LOAD_PATH ERL_FLAGS ERL_LIBS OCAMLRUNPARAM GHCRTS'],
    [
      'Go, Rust and .NET',
      'GOFLAGS GOTOOLCHAIN RUSTC_WRAPPER CARGO_HOME DOTNET_STARTUP_HOOKS CORECLR_PROFILER COR_PROFILER_PATH',
    ],
    ['what tools start', 'GIT_SSH_COMMAND SSH_ASKPASS EDITOR PAGER LESSOPEN KUBECONFIG AWS_CONFIG_FILE DOCKER_CONFIG'],
  ])('is nobody’s to set where it decides what is run: %s', (_, names) => {
    for (const name of names.split(' ')) expect(isForbiddenVariable(name), name).toBe(true)
  })

  it('is theirs where it only tells the server something', () => {
    const names =
      'GITHUB_TOKEN API_KEY NODEBB_URL UVALDE PATHS GOOGLE_API_KEY GOOGLE_APPLICATION_CREDENTIALS AWS_ACCESS_KEY_ID AWS_REGION ' +
      'DATABASE_URL PGHOST PGPASSWORD LANG TZ HTTPS_PROXY LOG_LEVEL SLACK_BOT_TOKEN JAVASCRIPT_API RUBYGEMS_KEY PHP_API_KEY R_KEY LUAKEY'
    for (const name of names.split(' ')) expect(isForbiddenVariable(name), name).toBe(false)
  })
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
