import { writeFileSync } from 'node:fs'
import { surroundings } from '@/server/config'
import { policyCommand } from './policy-cli'

process.exitCode = await policyCommand(process.argv.slice(2), {
  env: surroundings(),
  out: text => process.stdout.write(text),
  err: text => process.stderr.write(text),
  write: (file, text) => writeFileSync(file, text),
})
