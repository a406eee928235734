// Runs on the host's own Node (20 or newer): makes everything else present, and says what it did.
//   node scripts/setup.mjs            dependencies (Node 24 and PostgreSQL among them) and the built web app
//   node scripts/setup.mjs --browser  a Chromium for the browser tests as well
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const at = (...parts) => join(ROOT, ...parts)
const say = (text) => process.stderr.write(`setup: ${text}\n`)
const run = (command, args, options = {}) => execFileSync(command, args, { cwd: ROOT, stdio: ['ignore', 2, 2], ...options })
const digest = (text) => createHash('sha256').update(text).digest('hex')

installDependencies()
repairNode()
buildWeb()
if (process.argv.includes('--browser')) ensureBrowser()

function installDependencies() {
  const stamp = at('node_modules', '.installed-from')
  const wanted = digest(readFileSync(at('package-lock.json')))
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say('installing dependencies, as the lock file has them')
  // Not `npm ci`: it refuses a lock file that lacks binaries of platforms which the registry at hand does not carry.
  run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'])
  writeFileSync(stamp, wanted)
}

/** The package `node` fetches its binary in an install script, which some npm settings leave out. */
function repairNode() {
  const works = () =>
    spawnSync(at('node_modules', '.bin', 'node'), ['--version'])
      .stdout?.toString()
      .startsWith('v24.')
  if (works()) return
  say('Node 24 is not in place: running the install script of the package `node`')
  run('npm', ['rebuild', 'node', '--ignore-scripts=false'])
  if (!works()) throw new Error('node_modules/.bin/node is not Node 24; remove node_modules and try again')
}

function buildWeb() {
  if (!existsSync(at('vite.config.ts'))) return
  const stamp = at('dist', 'web', '.built-from')
  const sources = [
    at('package-lock.json'),
    at('vite.config.ts'),
    ...filesUnder(at('web')),
    ...filesUnder(at('src')).filter((file) => file.endsWith('contract.ts')),
  ]
  const wanted = digest(sources.map((file) => `${file.slice(ROOT.length)} ${digest(readFileSync(file))}`).join('\n'))
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say('building the web app')
  run(at('node_modules', '.bin', 'node'), [at('node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'])
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, wanted)
}

function filesUnder(folder) {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name)
      return statSync(path).isDirectory() ? filesUnder(path) : [path]
    })
}

function ensureBrowser() {
  const found = () =>
    ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', process.env.CHROMIUM_PATH ?? ''].some(
      (path) => path && existsSync(path),
    )
  if (found()) return
  if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version']).status !== 0)
    throw new Error('The browser tests need Chromium: install it, or name one in CHROMIUM_PATH.')
  say('installing Chromium for the browser tests')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  run('apt-get', ['update', '-qq'], { env })
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'], { env })
}
