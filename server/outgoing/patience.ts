const parts = 10

/**
 * Calls `over` once so much time has passed in which an answer could have been read. It is counted part by part, with the
 * sockets looked at between them and before the end: what holds this process up itself, on a busy machine or in a long piece
 * of work, costs whoever is asked a part at most. Answers what stops it.
 */
export function patience(milliseconds: number, over: () => void): () => void {
  let left = parts
  let end: NodeJS.Immediate | undefined
  const part = () => {
    left--
    if (left > 0) timer = setTimeout(part, milliseconds / parts)
    else end = setImmediate(over)
  }
  let timer = setTimeout(part, milliseconds / parts)
  return () => {
    clearTimeout(timer)
    clearImmediate(end)
  }
}
