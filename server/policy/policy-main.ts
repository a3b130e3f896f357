import { thisProcess } from '@/server/access/console-command'
import { policyCommand } from './policy-cli'

process.exitCode = await policyCommand(process.argv.slice(2), thisProcess())
