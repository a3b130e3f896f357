/** How one client is told of an endpoint: a command to run, or a file to write. */
export interface ClientSetup {
  readonly id: string
  readonly label: string
  /** Where it goes, in a sentence. */
  readonly how: string
  readonly text: string
}

const pretty = (value: unknown) => JSON.stringify(value, null, 2)

/**
 * How the common clients are told of an MCP endpoint at `url` with an agent's key. This is the one home of these texts: the
 * console shows them, and a test holds docs/mcp.md to them.
 */
export function clientSetups(url: string, key: string): readonly ClientSetup[] {
  const authorization = `Bearer ${key}`
  const headers = { Authorization: authorization }
  const isOpen = url.startsWith('http:') && !/^http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/]/.test(url)
  return [
    {
      id: 'claude-code',
      label: 'Claude Code',
      how: 'Run it where the agent works; /mcp in Claude Code then lists the tools.',
      text: `claude mcp add --transport http holdpoint ${url} --header "Authorization: ${authorization}"`,
    },
    {
      id: 'claude-desktop',
      label: 'Claude Desktop',
      how: 'In claude_desktop_config.json. It starts its servers itself: mcp-remote, of npm, carries its calls to the address.',
      text: pretty({
        mcpServers: {
          holdpoint: {
            command: 'npx',
            args: [
              '-y',
              'mcp-remote',
              url,
              '--header',
              'Authorization:$' + '{HOLDPOINT_AUTH}',
              ...(isOpen ? ['--allow-http'] : []),
            ],
            env: { HOLDPOINT_AUTH: authorization },
          },
        },
      }),
    },
    {
      id: 'cursor',
      label: 'Cursor',
      how: 'In .cursor/mcp.json of the project, or ~/.cursor/mcp.json.',
      text: pretty({ mcpServers: { holdpoint: { url, headers } } }),
    },
    {
      id: 'vscode',
      label: 'VS Code',
      how: 'In .vscode/mcp.json of the workspace.',
      text: pretty({ servers: { holdpoint: { type: 'http', url, headers } } }),
    },
    {
      id: 'json',
      label: 'Any other',
      how: 'Streamable HTTP; the key goes in a header of every request. The protocol’s revisions 2026-07-28 and 2025-11-25 are spoken.',
      text: pretty({ type: 'streamable-http', url, headers }),
    },
  ]
}

/** `gateway.json` for one server that is run beside Holdpoint, since Holdpoint may not start it here. */
export function besideConfig(
  holdpoint: string,
  name: string,
  { command, args, env }: { command: string; args: readonly string[]; env: readonly string[] },
): string {
  const variables = Object.fromEntries(env.map(one => [one, `$\{${one}}`]))
  return pretty({
    holdpoint,
    gateway_key: '$' + '{HOLDPOINT_GATEWAY_KEY}',
    servers: { [name]: { command, args, ...(env.length > 0 ? { env: variables } : {}) } },
  })
}
