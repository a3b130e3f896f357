/** Commands of the one program that speaks to a server as a person or agent; each is given its own name. */
export const overseeing = (
  'login logout whoami holds show approve reject watch agents tools contain lift connect disconnect doctor ' +
  'completion'
).split(' ')

/** What stands between an agent and what it does, or says what is wrong there. */
export const between = `\
  gateway --config F  stand in front of MCP servers: every call is decided first (gateway --help)
  doctor              explain what is wrong with a connection
  mcp-server          the tools with which an agent asks, waits and reports, over MCP (mcp-server --help)`

export const overseeingUsage = `\
  login               sign this command line in, in the browser
  logout              end its token
  whoami              who is signed in
  holds               list what waits for people
  show HOLD           show everything that its decision needs
  approve HOLD        show it, ask, and agree to exactly that
  reject HOLD         refuse it
  watch               a line for each hold that opens or ends
  agents              list the agents, and what holds them back
  tools import FILE   take an MCP tools/list into the catalogue
  contain             stop something, or list what is stopped
  lift SWITCH         take a switch back
  connect AGENT       have Claude Code ask before every call of a tool (connect claude-code)
  disconnect AGENT    restore what was there
  completion SHELL    what bash, zsh or fish needs to complete these`

export const policyUsage =
  '  policy COMMAND      validate, diff, test, push and pull the policy, from a file (policy --help)'
export const proofUsage = '  verify FILE         prove an export of the audit log offline'
