// House rules that no linter of ours has: purity of lib, one reader of the environment, casts and the length of files.
import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import ts from 'typescript'
import { filesBelow } from './content.mjs'
import { root } from './root.mjs'

const longest = 300

const impure = {
  'Date.now': 'time is an argument',
  'Math.random': 'randomness is an argument',
  'performance.now': 'time is an argument',
  'crypto.randomUUID': 'ids are arguments',
  'crypto.getRandomValues': 'randomness is an argument',
}
const impureNames = new Set(['process', 'fetch', 'console', 'setTimeout', 'setInterval', 'localStorage'])

function judge(file) {
  const text = readFileSync(join(root, file), 'utf8')
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const isTest = /[.]test[.]tsx?$/.test(file)
  const found = []
  const say = (node, message) =>
    found.push(`${file}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1} ${message}`)
  const lines = text.trimEnd().split('\n').length
  if (lines > longest) found.push(`${file}: ${lines} lines; past ${longest} a file is more than one thing`)

  const pure = file.startsWith('lib/') && !isTest
  const product = /^(app|components|lib|server)\//.test(file) && !isTest && !file.startsWith('server/testing/')
  // door() is where schemas that the router has applied become the types that a handler sees.
  const mayCast = /store[.]tsx?$/.test(file) || file.endsWith('server/http/door.ts')

  const visit = node => {
    if (pure) judgePurity(node, say)
    if (
      product &&
      file !== 'server/config.ts' &&
      ts.isPropertyAccessExpression(node) &&
      node.getText(source) === 'process.env'
    ) {
      say(node, 'process.env is read in server/config.ts only: what the product depends on stands in one place')
    }
    if (product && !mayCast && ts.isAsExpression(node) && node.type.getText(source) !== 'const') {
      say(node, '`as` silences the compiler: parse at the door, and cast rows in a store')
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

function judgePurity(node, say) {
  if (ts.isPropertyAccessExpression(node) && impure[node.getText()]) {
    say(node, `${node.getText()} in lib: ${impure[node.getText()]}`)
  }
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length) {
    say(node, 'new Date() in lib: time is an argument')
  }
  if (ts.isIdentifier(node) && impureNames.has(node.text) && isReference(node))
    say(node, `${node.text} in lib: lib does no I/O`)
}

/** Whether a name stands for the global, and is not a property, a declaration or a key of the same name. */
function isReference(node) {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node
  if (ts.isCallExpression(parent)) return true
  return false
}

const folders = ['app', 'components', 'lib', 'server', 'sdk', 'bench', 'e2e', 'bin'].filter(folder =>
  existsSync(join(root, folder)),
)
const tests = /[.]test[.]tsx?$/
const files = filesBelow(folders, { withTests: true }).filter(
  file => /[.](tsx?|mjs)$/.test(file) && !/[.]d[.]ts$/.test(file),
)
const problems = files.map(file => relative(root, file)).flatMap(judge)
for (const problem of problems) process.stdout.write(`${problem}\n`)
process.stdout.write(
  `${files.length} files, of which ${files.filter(file => tests.test(file)).length} tests: ${problems.length} problems\n`,
)
process.exit(problems.length === 0 ? 0 : 1)
