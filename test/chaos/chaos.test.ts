import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/** A storm of half a minute with a fixed seed: what it found once is found again. The long ones: `npm run chaos`. */
test('forty orders through everything that can go wrong: every promise is kept', async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), '--short', '--seed', '1'])
  const said: string[] = []
  child.stdout.on('data', (chunk) => said.push(String(chunk)))
  child.stderr.on('data', (chunk) => said.push(String(chunk)))
  const [code] = await once(child, 'exit')
  expect(said.join('')).toContain('all promises kept')
  expect(code).toBe(0)
}, 240_000)
