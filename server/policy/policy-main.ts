import { writeFileSync } from 'node:fs'
import { environment } from '@/server/config'
import { policyCommand } from './policy-cli'

process.exitCode = await policyCommand(process.argv.slice(2), {
  env: environment(),
  out: text => process.stdout.write(text),
  err: text => process.stderr.write(text),
  write: (file, text) => writeFileSync(file, text),
})
