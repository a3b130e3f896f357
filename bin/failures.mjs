import { stripVTControlCharacters } from 'node:util'

const most = 4_000

/** What failed and why, to stand at the end of what a runner printed: of a long one often only the end is kept. */
function told(failures) {
  return failures.map(({ name, why }) => `\n✗ ${name}\n${stripVTControlCharacters(why).slice(0, most)}`).join('\n')
}

/** Of Vitest's JSON report; null: there is none. */
export const failedTests = found =>
  told(
    (found?.testResults ?? []).flatMap(file => [
      ...(file.message ? [{ name: file.name, why: file.message }] : []),
      ...file.assertionResults
        .filter(one => one.status !== 'passed')
        .map(one => ({ name: `${file.name} › ${one.fullName}`, why: one.failureMessages?.join('\n') || one.status })),
    ]),
  )

/** Of Playwright's JSON report; null: there is none. */
export const failedJourneys = found =>
  told([
    ...(found?.errors ?? []).map(one => ({ name: 'before any journey', why: wordsOf(one) })),
    ...(found?.suites ?? []).flatMap(journeysIn),
  ])

const wordsOf = ({ message, value }) => message ?? value ?? 'no words'

function journeysIn({ specs = [], suites = [] }) {
  const own = specs
    .filter(({ ok, tests }) => !ok || tests.some(one => one.status !== 'expected'))
    .map(({ file, line, title, tests }) => ({
      name: `${file}:${line} › ${title}`,
      why: tests
        .flatMap(({ status, results }) => [status, ...results.flatMap(({ errors }) => errors.map(wordsOf))])
        .join('\n'),
    }))
  return [...own, ...suites.flatMap(journeysIn)]
}
