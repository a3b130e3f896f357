import { type Logger, pino } from 'pino'
import type { Config } from './config'

/** Paths that never reach a log line: whoever can read logs must not become anyone (INV-47). */
const secrets = ['authorization', 'cookie', 'password', 'key', 'token', 'secret', 'set-cookie', 'permit']

/** The operator's log: JSON lines on stderr, so that stdout stays for what was asked to be printed. */
export function openLog(config: Pick<Config, 'logLevel'>): Logger {
  const paths = secrets.flatMap(name => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`])
  return pino(
    {
      level: config.logLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths, censor: '[redacted]' },
    },
    pino.destination({ fd: 2, sync: true }),
  )
}
