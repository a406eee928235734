// Format and lint, arrows, types, dead code: the whole of `npm run check`. Stops at nothing, so that one run shows every fault.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { cruise } from 'dependency-cruiser'
import options, { forbidden } from '../architecture.mjs'

const ROOT = join(import.meta.dirname, '..')
const FOLDERS = ['src', 'web', 'sandbox', 'test', 'bench', 'scripts'].filter(
  (name) => spawnSync('test', ['-d', join(ROOT, name)]).status === 0,
)
const bin = (name) => join(ROOT, 'node_modules', '.bin', name)
let failed = false
const step = (name, ok, seconds) => {
  failed ||= !ok
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} (${seconds.toFixed(1)} s)`)
}
const timed = (name, act) => {
  const started = performance.now()
  return Promise.resolve(act()).then((ok) => step(name, ok, (performance.now() - started) / 1000))
}
const program = (command, args) => spawnSync(process.execPath, [bin(command), ...args], { cwd: ROOT, stdio: 'inherit' }).status === 0

process.chdir(ROOT)
await timed('format and lint', () => spawnSync(bin('biome'), ['ci', '--error-on-warnings', '.'], { stdio: 'inherit' }).status === 0)
await timed('arrows', arrows)
await timed('types', () => program('tsc', ['--noEmit', '-p', 'tsconfig.json']))
await timed('types of the web app', () => program('tsc', ['--noEmit', '-p', 'web/tsconfig.json']))
await timed(
  'generated documents',
  () => spawnSync(process.execPath, [join(ROOT, 'scripts', 'docs.ts'), '--check'], { stdio: 'inherit' }).status === 0,
)
await timed('dead code', () => program('knip', []))
process.exit(failed ? 1 : 0)

async function arrows() {
  const { output } = await cruise(FOLDERS, {
    ...options.options,
    ruleSet: { forbidden },
    validate: true,
    tsConfig: undefined,
    outputType: undefined,
  })
  const { violations, totalCruised } = output.summary
  for (const { rule, from, to } of violations) console.log(`  ${rule.name}: ${from} → ${to}`)
  console.log(`  ${totalCruised} modules cruised, ${violations.length} violations`)
  // The cruiser passes silently when it cannot read TypeScript at all.
  return violations.length === 0 && totalCruised > 100
}
