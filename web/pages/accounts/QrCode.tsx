import { encode } from 'uqr'

/** Text as a QR code, dark on white in both colour schemes: some cameras read no other. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { border: 3 })
  const squares = data.flatMap((row, y) => row.flatMap((on, x) => (on ? `M${x} ${y}h1v1h-1z` : [])))
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} width="208" height="208" shapeRendering="crispEdges">
      <rect width={size} height={size} rx="1" fill="#fff" />
      <path d={squares.join('')} fill="#000" />
    </svg>
  )
}
