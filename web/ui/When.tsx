import { distance, exactly, shortly, toTheSecond } from './format.ts'
import { useNow } from './now.ts'

type Props = { at: string; as?: 'distance' | 'date' | 'second' }

/** An instant in the viewer's zone; the exact one shows on hover. */
export function When({ at, as = 'distance' }: Props) {
  const now = useNow(as === 'distance' ? 5_000 : null)
  const text = as === 'distance' ? distance(at, now) : as === 'date' ? shortly(at) : toTheSecond(at)
  return (
    <time dateTime={at} title={exactly(at)} className="figure">
      {text}
    </time>
  )
}
