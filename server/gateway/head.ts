import type { ServerResponse } from 'node:http'

/** How soon a head goes out by itself: long before any client wonders, and long after most calls are answered. */
const headMs = 50

/**
 * The head of an answer goes out with its first words where those come soon. By itself it wakes the client, and takes from what is
 * being decided, to say nothing yet.
 */
export function headWithWords(res: ServerResponse): void {
  const flush = res.flushHeaders.bind(res)
  res.flushHeaders = () => {
    const timer = setTimeout(flush, headMs)
    const over = () => clearTimeout(timer)
    res.once('finish', over).once('close', over)
  }
}
