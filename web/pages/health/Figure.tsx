import classes from './Health.module.css'

type Props = { name: string; value: string; note?: string; tone?: 'well' | 'warn' | 'bad' | undefined }

/** One measured number with its name: stands in a `dl`. */
export function Figure({ name, value, note, tone }: Props) {
  return (
    <div className={`card ${classes.figure}`} data-tone={tone}>
      <dt>{name}</dt>
      <dd className={classes.value}>{value}</dd>
      {note && <dd className={classes.note}>{note}</dd>}
    </div>
  )
}
