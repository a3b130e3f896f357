/** Where what a name stands for is looked for, and what every program is started by: shells, homes, folders for a while. */
const everywhere =
  'PATH|PATHEXT|SHELL|COMSPEC|SYSTEMROOT|WINDIR|HOME|USERPROFILE|APPDATA|LOCALAPPDATA|PROGRAMDATA|XDG_.*|TMPDIR|TEMP|TMP|' +
  'ENV|BASH_ENV|BASH_FUNC_.*|BASHOPTS|SHELLOPTS|IFS|CDPATH|FPATH|PS4|PROMPT_COMMAND|ZDOTDIR|PSMODULEPATH'
/** What the loader, the C library and libraries of many programs load (ld.so(8), “secure-execution mode”, and their like). */
const libraries =
  '(LD|DYLD|MALLOC|GLIBC|OPENSSL)_.*|GCONV_PATH|GETCONF_DIR|LOCPATH|NLSPATH|NIS_PATH|HOSTALIASES|LOCALDOMAIN|RES_OPTIONS|' +
  'RESOLV_.*|TZDIR|TERMINFO.*|TERMCAP|XLOCALEDIR|GTK_(MODULES|PATH|EXE_PREFIX)|GIO_.*MODULE.*|QT_.*PLUGIN.*|GST_.*PLUGIN.*|' +
  'ODBC(INI|SYSINI|INSTINI)|LIBMYSQL_PLUGIN.*|PGSYSCONFDIR|PGSERVICEFILE|SASL_PATH|KRB5_CONFIG|P11_.*|PKCS11_.*|OCL_.*|CUDA_INJECTION.*'
/** By which a language's runtime runs something first, or finds what is imported. */
const runtimes = [
  '(NODE|NPM|PNPM|YARN|COREPACK|BUN|DENO|TSX|TS_NODE|ELECTRON)_.*',
  'PYTHON.*|(UV|PIP|PIPX|POETRY|PDM|CONDA|MAMBA|PYENV)_.*|VIRTUAL_ENV|PYTEST_(ADDOPTS|PLUGINS)|IPYTHONDIR',
  'PERL5.*|PERLLIB|PERL_.*|RUBY(OPT|LIB|SHELL|PATH)|(GEM|BUNDLE|RBENV)_.*',
  'CLASSPATH|_JAVA_OPTIONS|(JAVA|JDK|JRE|JVM|MAVEN|GRADLE|SBT|KOTLIN|GROOVY|JBANG|CATALINA)_.*',
  'PHPRC|PHP_INI_.*|COMPOSER_.*|LUA_.*|LUAROCKS_.*|TCLLIBPATH|TCL_LIBRARY|TK_LIBRARY',
  'R_(PROFILE|ENVIRON|HOME|LIBS|DEFAULT_PACKAGES).*|JULIA_.*|OCTAVE_.*|GUILE_.*|SBCL_.*|PLT.*|EMACSLOADPATH|VIMINIT|EXINIT|NVIM.*',
  '(ERL|ELIXIR|MIX|REBAR)_.*|OCAMLRUNPARAM|CAMLRUNPARAM|CAML_LD_.*|OCAMLPATH|GHC(RTS|_.*)|STACK_.*|CABAL_.*',
  'GO(FLAGS|ROOT|PATH|BIN|ENV|PROXY|TOOLCHAIN|NOSUMDB|SUMDB|DEBUG)|(CARGO|RUSTUP)_.*|RUSTC.*|RUSTFLAGS|MAKEFLAGS|MAKEFILES',
  '(DOTNET|CORECLR|COR|COMPLUS|MONO|NUGET)_.*|MSBUILD.*|ASPNETCORE_HOSTINGSTARTUPASSEMBLIES',
].join('|')
/** By which tools that servers call start others, or read where those are named. */
const callers =
  '(GIT|HG|DOCKER|BUILDAH|PODMAN)_.*|SVN_SSH|CVS_RSH|RSYNC_RSH|(SSH|SUDO)_ASKPASS|EDITOR|VISUAL|.*PAGER|LESS(OPEN|CLOSE|KEY.*)?|' +
  'BROWSER|KUBECONFIG|AWS_(CONFIG|SHARED_CREDENTIALS)_FILE|CLOUDSDK_PYTHON.*|CURL_HOME|(SYSTEM_)?WGETRC|NETRC|ANSIBLE_.*|TF_CLI_.*|TERRAFORM_CONFIG'

const forbidden = new RegExp(`^(${everywhere}|${libraries}|${runtimes}|${callers})$`, 'i')

/**
 * May people not set this variable of a server that Holdpoint starts? What is run is decided by the operator, who names the
 * executable; `NODE_OPTIONS` and its like would decide it too.
 */
export const isForbiddenVariable = (name: string): boolean => forbidden.test(name)
