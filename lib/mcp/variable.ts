/** Variables by which a named executable could be made to run another, or to load what somebody else wrote. */
const forbidden =
  /^(PATH|SHELL|ENV|BASH_ENV|IFS|HOME|USERPROFILE|TMPDIR|PYTHON.*|PERL5.*|RUBY(OPT|LIB)|_JAVA_OPTIONS|(LD|DYLD|NODE|NPM|UV|PIP|BUN|DENO|GIT|JAVA|JDK|DOTNET)_.*)$/i

/**
 * May people not set this variable of a server that Holdpoint starts? What is run is decided by the operator, who names the
 * executable; `NODE_OPTIONS` and its like would decide it too.
 */
export const isForbiddenVariable = (name: string): boolean => forbidden.test(name)
