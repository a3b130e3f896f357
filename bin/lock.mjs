import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Problem } from './say.mjs'

/** A pid alone is given out again after a reboot: on Linux the boot and the start time of the process make it unique. */
function identity(pid) {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (error.code !== 'EPERM') return null
  }
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return `${pid} ${boot} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`
  } catch {
    return `${pid}`
  }
}

function tryLock(file) {
  try {
    writeFileSync(file, identity(process.pid) ?? '', { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  }
  try {
    const holder = readFileSync(file, 'utf8')
    if (holder !== '' && identity(Number.parseInt(holder, 10)) !== holder) {
      renameSync(file, `${file}.${process.pid}`)
      rmSync(`${file}.${process.pid}`, { force: true })
    }
  } catch {}
  return false
}

/** Runs `work` alone among the launchers of this clone; `waiting` is called once if another one is at it. */
export async function withLock(file, work, waiting) {
  mkdirSync(dirname(file), { recursive: true })
  const since = performance.now()
  let told = false
  while (!tryLock(file)) {
    if (!told) waiting?.()
    told = true
    if (performance.now() - since > 900_000)
      throw new Problem(`another start has been at it for 15 minutes; if not, delete ${file}`)
    await pause(200)
  }
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}
