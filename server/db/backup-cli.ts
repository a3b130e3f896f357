import { resolve } from 'node:path'
import { readConfig } from '@/server/config'
import { runningInstances } from '@/server/run-file'
import { BackupRefused, backUp, restore } from './backup'

/** `holdpoint backup FILE` and `holdpoint restore FILE`. Exit code 0 when done, 1 when refused, 2 when asked wrongly. */
async function main([command, file]: readonly string[]): Promise<number> {
  if (!file || (command !== 'backup' && command !== 'restore')) {
    process.stderr.write('Usage: holdpoint backup FILE | holdpoint restore FILE\n')
    return 2
  }
  const home = resolve(readConfig().home)
  try {
    const [running] = runningInstances(home)
    if (running) throw new BackupRefused(`${running.url} is running (pid ${running.pid}): stop it first`)
    if (command === 'backup') await backUp(home, resolve(file))
    else await restore(home, resolve(file))
  } catch (error) {
    if (!(error instanceof BackupRefused)) throw error
    process.stderr.write(`holdpoint: ${error.message}\n`)
    return 1
  }
  process.stdout.write(command === 'backup' ? `${home} is kept in ${file}\n` : `${home} is restored from ${file}\n`)
  return 0
}

process.exitCode = await main(process.argv.slice(2))
