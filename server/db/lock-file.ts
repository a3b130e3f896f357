import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * Names one run of a process: its pid and, on Linux, boot and start time, because a pid is given out again after a
 * reboot. Null when there is no such process.
 */
export function processIdentity(pid: number): string | null {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it lives, as somebody else.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return null
  }
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z') return null
    return `${pid} ${boot} ${fields[19]}`
  } catch {
    return `${pid}`
  }
}

/** Whether the process that wrote this identity still runs. */
export function isAlive(identity: string): boolean {
  const pid = Number.parseInt(identity, 10)
  return pid > 0 && processIdentity(pid) === identity
}

/**
 * Runs `work` while holding a lock file, among the processes of one machine. The lock of a process that died is taken over.
 * @throws Error naming the file when it is not free within `seconds`.
 */
export async function withLockFile<T>(file: string, seconds: number, work: () => Promise<T>): Promise<T> {
  const until = performance.now() + seconds * 1_000
  while (!tryLock(file)) {
    if (performance.now() > until) throw new Error(`${file} is held by another process for ${seconds} s`)
    await pause(50)
  }
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}

function tryLock(file: string): boolean {
  try {
    writeFileSync(file, processIdentity(process.pid) ?? '', { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  const holder = readHolder(file)
  if (holder !== '' && !isAlive(holder)) {
    // Renaming is atomic: of several who find the same dead holder, one moves it away.
    const grave = `${file}.${process.pid}`
    try {
      renameSync(file, grave)
      rmSync(grave, { force: true })
    } catch {}
  }
  return false
}

function readHolder(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
