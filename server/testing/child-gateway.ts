import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'esbuild'
import { afterAll } from 'vitest'
import { z } from 'zod'
import { root } from '@/server/root'

/** The gateway as its users have it: a bundle that Node runs, and a file. */
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

/** Bundles it for this test file; everything is ended and removed after the last test. */
export async function childGateway(config: object, env: Record<string, string> = {}): Promise<ChildGateway> {
  const folder = join(root, '.build', `child-gateway-${process.pid}-${Date.now()}`)
  mkdirSync(folder, { recursive: true })
  await build({
    absWorkingDir: root,
    entryPoints: { gateway: 'server/gateway/main.ts' },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    alias: { '@': root },
    logLevel: 'silent',
  })
  const file = join(folder, 'gateway.json')
  writeFileSync(file, JSON.stringify({ listen: { port: 0 }, ...config }))
  const args = [join(folder, 'gateway.mjs'), '--config', file]
  let child: ChildProcess | null = null
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null
    const over = once(child, 'exit')
    child.kill(signal)
    await over
    return child.exitCode
  }
  afterAll(async () => {
    await end('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  })
  const line = z.looseObject({ url: z.string().optional() })
  return {
    piped: [...args, '--stdio'],
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
      throw new Error('the gateway did not start')
    },
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  }
}
