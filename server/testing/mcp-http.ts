import { type ChildProcess, spawn } from 'node:child_process'
import { atEnd } from './at-end'
import type { upstreamFolder } from './mcp'

/** Starts a folder's MCP server over HTTP as a process of its own, which ends with the file. Call at the top of a test file. */
export function httpUpstreams(): (folder: ReturnType<typeof upstreamFolder>, revision?: '2025') => Promise<string> {
  const started: ChildProcess[] = []
  atEnd(() => {
    for (const child of started) child.kill('SIGKILL')
  })
  return async ({ script, folder }, revision) => {
    const child = spawn(process.execPath, [script, folder, '0', ...(revision ? [revision] : [])], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    started.push(child)
    const port = await new Promise<string>(done => child.stdout.once('data', chunk => done(String(chunk).trim())))
    return `http://127.0.0.1:${port}/mcp`
  }
}
