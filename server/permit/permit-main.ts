import { thisProcess } from '@/server/access/console-command'
import { permitCommand } from './permit-cli'

process.exitCode = await permitCommand(process.argv.slice(2), thisProcess())
