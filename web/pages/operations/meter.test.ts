import { expect, test } from 'vitest'
import type { NodeView } from '../../../src/fleet/contract.ts'
import { meterOf } from './meter.ts'

const node = (figures: Partial<NodeView>) =>
  ({ maxRamGb: 100, committedRamGb: 0, heldRamGb: 0, strangersRamGb: 0, reservedHeadroomGb: 0, ...figures }) as NodeView
const widths = (figures: Partial<NodeView>) => meterOf(node(figures)).map(({ percent }) => percent)

test('each part is as wide as its share', () => {
  expect(widths({ committedRamGb: 50, heldRamGb: 10, strangersRamGb: 5, reservedHeadroomGb: 8 })).toEqual([50, 10, 5, 8])
})

test('an oversold node is full, never wider than its bar', () => {
  expect(widths({ committedRamGb: 90, strangersRamGb: 30, reservedHeadroomGb: 8 })).toEqual([90, 0, 10, 0])
  expect(widths({ maxRamGb: 0, committedRamGb: 3 })).toEqual([0, 0, 0, 0])
})
