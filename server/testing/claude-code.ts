import { spawn } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { delimiter, join } from 'node:path'
import { z } from 'zod'
import { atEnd } from './at-end'
import { emptyFolder } from './folder'

/** Claude Code's own program, where it is installed; null where it is not, as it is no dependency of ours. */
export const claudeCode: string | null =
  [
    join('node_modules', '@anthropic-ai', `claude-code-${process.platform}-${process.arch}`, 'claude'),
    ...(process.env.PATH ?? '').split(delimiter).map(folder => join(folder, 'claude')),
  ].find(existsSync) ?? null

/** Serves on a free port of this machine until the file's last test. Answers its origin. */
export async function serveHere(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  atEnd(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('not listening')
  return `http://127.0.0.1:${address.port}`
}

/** One call that the stand-in for the model makes, or what has to happen first. */
export type Step = { readonly name: string; readonly input: Record<string, unknown> } | (() => Promise<void>)

const asked = z.object({
  model: z.string(),
  tools: z.array(z.unknown()).default([]),
  messages: z.array(z.object({ content: z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]) })),
})

/** The Messages API as far as one client needs it: it calls one tool after another and then stops. */
async function standIn(steps: readonly Step[], results: unknown[]): Promise<string> {
  const left = [...steps]
  let calls = 0
  return serveHere((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', async () => {
      if (request.method !== 'POST' || !request.url?.startsWith('/v1/messages?'))
        return response.writeHead(404).end('{}')
      const { model, tools, messages } = asked.parse(JSON.parse(Buffer.concat(chunks).toString()))
      const seen = messages.flatMap(({ content }) => (typeof content === 'string' ? [] : content))
      results.splice(0, results.length, ...seen.filter(one => one.type === 'tool_result'))
      let step = tools.length > 0 ? left.shift() : undefined
      while (typeof step === 'function') {
        await step()
        step = left.shift()
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const tell = (type: string, more: object) =>
        response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`)
      const usage = { input_tokens: 1, output_tokens: 1 }
      const message = { id: `msg_${calls}`, type: 'message', role: 'assistant', model, content: [], usage }
      tell('message_start', { message: { ...message, stop_reason: null, stop_sequence: null } })
      const call = step && { type: 'tool_use', id: `toolu_${++calls}`, name: step.name, input: {} }
      tell('content_block_start', { index: 0, content_block: call ?? { type: 'text', text: '' } })
      const input = { type: 'input_json_delta', partial_json: JSON.stringify(step?.input) }
      tell('content_block_delta', { index: 0, delta: call ? input : { type: 'text_delta', text: 'done' } })
      tell('content_block_stop', { index: 0 })
      tell('message_delta', { delta: { stop_reason: call ? 'tool_use' : 'end_turn', stop_sequence: null }, usage })
      tell('message_stop', {})
      response.end()
    })
  })
}

/** Folders of one person who has nothing but Claude Code. */
export function claudeHome() {
  const home = emptyFolder('claude')
  const work = join(home, 'work')
  mkdirSync(work)
  return { home, settings: join(home, 'settings.json'), work }
}

/**
 * Runs the real program once, in which the model makes these calls. All of its tools are let run by its own rules, so that
 * nothing but the hook is in the way. Answers what the model was told of each call.
 */
export async function runClaude(
  at: ReturnType<typeof claudeHome>,
  key: string,
  steps: readonly Step[],
): Promise<readonly string[]> {
  const results: unknown[] = []
  const child = spawn(claudeCode ?? 'claude', ['-p', 'Go on.', '--allowedTools', 'Bash,Write,Read'], {
    cwd: at.work,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      NODE_ENV: 'production',
      PATH: process.env.PATH,
      HOME: at.home,
      CLAUDE_CONFIG_DIR: at.home,
      ANTHROPIC_BASE_URL: await standIn(steps, results),
      ANTHROPIC_API_KEY: 'sk-ant-none',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
      HOLDPOINT_KEY: key,
    },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', text => {
      said += text
    })
  const code = await new Promise(done => child.once('close', done))
  if (code !== 0) throw new Error(`Claude Code ended with ${code}: ${said}`)
  return results.map(one => JSON.stringify(one))
}
