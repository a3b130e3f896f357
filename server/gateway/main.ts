import { surroundings } from '@/server/config'
import { gatewayCommand } from './command'
import { runProgram } from './program'

await runProgram(gatewayCommand, surroundings())
