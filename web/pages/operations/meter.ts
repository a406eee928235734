import type { NodeView } from '../../../src/fleet/contract.ts'

/** The parts of a node's memory in the order they are stacked; what is left over is free to sell. */
export const METER_PARTS = [
  { key: 'committed', label: 'Sold', of: (node: NodeView) => node.committedRamGb },
  { key: 'held', label: 'Held by checkouts', of: (node: NodeView) => node.heldRamGb },
  { key: 'strangers', label: 'Not ours', of: (node: NodeView) => node.strangersRamGb },
  { key: 'headroom', label: 'Headroom', of: (node: NodeView) => node.reservedHeadroomGb },
] as const

/** Widths in percent, never more than the bar is wide: an oversold node shows as full. */
export function meterOf(node: NodeView) {
  let left = 100
  return METER_PARTS.map(({ key, label, of }) => {
    const share = node.maxRamGb > 0 ? (of(node) / node.maxRamGb) * 100 : 0
    const percent = Math.min(left, Math.max(0, share))
    left -= percent
    return { key, label, gb: of(node), percent }
  })
}
