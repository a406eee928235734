import { afterAll, describe, expect, test } from 'vitest'
import { replay } from './panel/replay.ts'
import { SCENARIOS, UNREPLAYABLE } from './panel/scenarios.ts'
import { setStage } from './panel/stage.ts'
import { readTranscript, transcriptNames } from './panel/transcript.ts'

const tally = { files: 0, exchanges: 0, differing: 0 }

describe('the sandbox panel answers as the real one did', () => {
  for (const name of transcriptNames().filter((each) => !(each in UNREPLAYABLE))) {
    test(name, async () => {
      const scenario = SCENARIOS[name] ?? {}
      const exchanges = readTranscript(name)
      const stage = await setStage(scenario.random)
      try {
        const found = await replay(exchanges, scenario, stage)
        tally.files += 1
        tally.exchanges += exchanges.length
        tally.differing += new Set(found.map((each) => each.split(' ')[0])).size
        expect(found).toEqual([])
      } finally {
        await stage.close()
      }
    })
  }

  test('every transcript is replayed, or listed with its reason', () => {
    const names = transcriptNames()
    expect(names.length).toBeGreaterThanOrEqual(98)
    expect(Object.keys(UNREPLAYABLE).filter((name) => !names.includes(name))).toEqual([])
    expect(Object.keys(SCENARIOS).filter((name) => !names.includes(name))).toEqual([])
  })
})

afterAll(() => {
  const { files, exchanges, differing } = tally
  console.info(`panel transcripts: ${files} files, ${exchanges} exchanges, ${exchanges - differing} agree, ${differing} differ`)
})
