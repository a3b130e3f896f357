// An MCP server of 2025-11-25 over its pipe, run by Node as it stands, that does by hand what no library does: `stay` says that it
// has begun, and answers once `release` is called, `ask` asks its client and says what it heard, `deep` answers so many levels deep, `lose` says that it was lost,
// `chat` tells of progress so many times at once, and answers as `stay` does.
import { createInterface } from 'node:readline'

const say = (text: string) => process.stdout.write(`{"jsonrpc":"2.0",${text}}\n`)
const answer = (id: number, text: string) =>
  say(`"id":${id},"result":${JSON.stringify({ content: [{ type: 'text', text }] })}`)
const told = (progressToken: unknown, progress: number, total: number) =>
  say(`"method":"notifications/progress","params":${JSON.stringify({ progressToken, progress, total })}`)
const staying: number[] = []
let asking: number | null = null
const question = 1_000_000
/** Words that a report cannot carry as they are. */
const lost = ['nothing odd', 'a\u0000b', 'a\ud800b', 'e'.repeat(60_000)]

function call(id: number, name: string, levels: number, progressToken: unknown): void {
  if (name === 'stay') {
    staying.push(id)
    told(progressToken, 1, 1)
  } else if (name === 'deep')
    say(`"id":${id},"result":{"content":[],"structuredContent":{"n":${'['.repeat(levels)}${']'.repeat(levels)}}}`)
  else if (name === 'lose') say(`"id":${id},"error":{"code":-32000,"message":${JSON.stringify(lost[levels])}}`)
  else if (name === 'chat') {
    for (let progress = 1; progress <= levels; progress++) told(progressToken, progress, levels)
    staying.push(id)
  } else if (name === 'ask') {
    asking = id
    const params = { message: 'Really?', requestedSchema: { type: 'object', properties: {} } }
    say(`"id":${question},"method":"elicitation/create","params":${JSON.stringify(params)}`)
  } else {
    for (const one of staying.splice(0)) answer(one, 'stayed')
    answer(id, 'released')
  }
}

createInterface({ input: process.stdin }).on('line', line => {
  const { id, method, params, result, error } = JSON.parse(line)
  if (method === 'initialize')
    say(
      `"id":${id},"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"odd","version":"1"}}`,
    )
  else if (method === 'tools/list')
    say(
      `"id":${id},"result":${JSON.stringify({ tools: ['stay', 'release', 'ask', 'deep', 'lose', 'chat'].map(name => ({ name, description: name, inputSchema: { type: 'object' } })) })}`,
    )
  else if (method === 'tools/call') call(id, params.name, params.arguments?.levels ?? 0, params._meta?.progressToken)
  else if (id === question && asking !== null) answer(asking, `heard ${JSON.stringify(result ?? error)}`)
  else if (id !== undefined && method !== undefined)
    say(`"id":${JSON.stringify(id)},"error":{"code":-32601,"message":"no"}`)
})
