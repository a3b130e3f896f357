import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'esbuild'
import { z } from 'zod'
import { root } from '@/server/root'
import { atEnd } from './at-end'

/** A program as its users have it: a bundle that Node runs. */
export interface ChildGateway {
  /** What to give Node to speak MCP with it over a pipe. */
  readonly piped: string[]
  /** Starts it over HTTP and answers its address. */
  start(): Promise<string>
  /** Kills it with -9. */
  kill(): Promise<void>
  /** Asks it to stop; answers its exit code. */
  stop(): Promise<number | null>
}

/** The gateway, bundled for this test file; everything is ended and removed after the last test. */
export function childGateway(config: object, env: Record<string, string> = {}): Promise<ChildGateway> {
  const argsIn = (folder: string) => {
    const file = join(folder, 'gateway.json')
    writeFileSync(file, JSON.stringify({ listen: { port: 0 }, ...config }))
    return { http: ['--config', file], pipe: ['--config', file, '--stdio'] }
  }
  return childProgram('server/gateway/main.ts', argsIn, env)
}

/** A program that speaks MCP over HTTP or a pipe, given how each is asked for. */
export async function childProgram(
  entry: string,
  argsIn: (folder: string) => { readonly http: string[]; readonly pipe: string[] },
  env: Record<string, string>,
): Promise<ChildGateway> {
  const folder = join(root, '.build', `child-gateway-${process.pid}-${Date.now()}`)
  mkdirSync(folder, { recursive: true })
  await build({
    absWorkingDir: root,
    entryPoints: { program: entry },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    alias: { '@': root },
    logLevel: 'silent',
  })
  const given = argsIn(folder)
  const args = [join(folder, 'program.mjs'), ...given.http]
  let child: ChildProcess | null = null
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null
    const over = once(child, 'exit')
    child.kill(signal)
    await over
    return child.exitCode
  }
  atEnd(async () => {
    await end('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  })
  const line = z.looseObject({ url: z.string().optional() })
  return {
    piped: [join(folder, 'program.mjs'), ...given.pipe],
    async start() {
      const started = spawn(process.execPath, args, {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { ...process.env, ...env },
      })
      child = started
      for await (const text of createInterface(started.stderr)) {
        const { url } = text.startsWith('{') ? line.parse(JSON.parse(text)) : {}
        if (url === undefined) continue
        started.stderr.resume()
        return url
      }
      throw new Error('it did not start')
    },
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  }
}
