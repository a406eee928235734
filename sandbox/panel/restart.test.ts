import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createClock } from '../kit/clock.ts'
import { openJournal } from '../kit/journal.ts'
import { tryPanel } from './fixture.ts'

test('a restarted panel has everything it had, and an installation under way ends', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'panel-'))
  const clock = createClock()
  try {
    const before = await tryPanel({ journal: openJournal(join(folder, 'panel.log')), clock, installSeconds: 60 })
    await before.createServer(1, { external_id: 'svc_1', start_on_completion: true })
    await before.createServer(2)
    await before.call('DELETE', '/api/application/servers/2')
    await before.close()

    const after = await tryPanel({ journal: openJournal(join(folder, 'panel.log')), clock, installSeconds: 60 })
    expect(await after.status(1)).toBe('installing')
    await clock.advance(61_000)
    expect(await after.status(1)).toBe(null)
    const found = await after.call('GET', '/api/application/servers/external/svc_1?include=allocations')
    expect(found.body['attributes']?.['relationships']?.['allocations']).toMatchObject({
      data: [{ attributes: { id: 1, assigned: true } }],
    })
    expect((await after.createServer(2)).body['attributes']?.['id']).toBe(3)
    await after.close()
  } finally {
    clock.close()
    rmSync(folder, { recursive: true })
  }
})
