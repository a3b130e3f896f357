import { surroundings } from '@/server/config'
import { gatewayCommand } from './command'

const stopped = new Promise<void>(done => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => done())
})
process.exitCode = await gatewayCommand(process.argv.slice(2), {
  env: surroundings(),
  input: process.stdin,
  output: process.stdout,
  err: text => void process.stderr.write(text),
  stopped,
})
// A pipe that is still open would keep the process.
process.exit()
