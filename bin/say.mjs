/** Something the user can act upon: printed without a stack. */
export class Problem extends Error {}

/** Ends the process with what went wrong. */
export function fail(error) {
  process.stderr.write(`${error instanceof Problem ? `holdpoint: ${error.message}` : (error?.stack ?? error)}\n`)
  process.exit(1)
}

const seconds = since => `${((performance.now() - since) / 1000).toFixed(1)} s`

/** Numbered progress lines on stderr: what is being done, how far it is, how long it took. */
export class Steps {
  #at = 0

  constructor(total, quiet) {
    this.total = total
    this.quiet = quiet
  }

  #say(line) {
    if (!this.quiet) process.stderr.write(`${line}\n`)
  }

  /** Begins a step. A step that takes long says so every ten seconds. */
  next(what) {
    this.#at += 1
    const label = `[${this.#at}/${this.total}]`
    const since = performance.now()
    this.#say(`${label} ${what} …`)
    const timer = setInterval(() => this.#say(`${label} … still at it after ${seconds(since)}`), 10_000)
    timer.unref()
    return {
      done: note => {
        clearInterval(timer)
        if (performance.now() - since > 500 || note) this.#say(`${label} ${note ?? 'done'} (${seconds(since)})`)
      },
      failed: () => clearInterval(timer),
    }
  }

  /** A step that needed nothing. */
  skip() {
    this.#at += 1
  }
}
