import { readdirSync, readFileSync } from 'node:fs'

/** The processes whose parent this is, with their command lines (Linux). */
export function childrenOf(parent: number): { pid: number; command: string }[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        // The command in brackets may hold anything: what counts stands behind the last bracket.
        const ppid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
        return ppid === parent ? [{ pid: Number(name), command: readFileSync(`/proc/${name}/cmdline`, 'utf8') }] : []
      } catch {
        // It has ended meanwhile.
        return []
      }
    })
}
