import { surroundings } from '@/server/config'
import { askingCommand } from './asking-command'
import { runProgram } from './program'

await runProgram(askingCommand, surroundings())
