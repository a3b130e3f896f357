import { existsSync, readFileSync } from 'node:fs'
import { type Recorder, tellStories } from '@/sdk/demo/stories'
import type { Served } from '@/server/gate/served'
import { storyKeyFile, storyRecorderFile } from './seed'

/** Starts the demo agent beside the instance that made the demo. It speaks HTTP to us like any other agent. */
export function startStories(app: Served, url: string, someoneIsLooking: () => boolean): { stop(): Promise<void> } {
  const file = storyKeyFile(app.config.home)
  const ended = new AbortController()
  if (app.config.databaseUrl !== null || !existsSync(file)) return { stop: async () => undefined }
  const key = readFileSync(file, 'utf8').trim()
  const recorded = storyRecorderFile(app.config.home)
  const recorder: Recorder | null = existsSync(recorded) ? JSON.parse(readFileSync(recorded, 'utf8')) : null
  const telling = tellStories({ url, key, recorder, signal: ended.signal, someoneIsLooking }).catch(
    (error: unknown) => {
      app.log.warn({ err: error }, 'the demo agent has stopped telling')
    },
  )
  return {
    async stop() {
      ended.abort()
      await telling
    },
  }
}
