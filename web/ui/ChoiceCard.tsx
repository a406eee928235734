import type { ReactNode } from 'react'
import classes from './ChoiceCard.module.css'

type Props = {
  name: string
  value: string
  /** The accessible name: all that tells this choice from the next. */
  label: string
  checked: boolean
  disabled?: boolean
  onChoose: (value: string) => void
  children: ReactNode
}

/** A card that is a radio button: the browser's own keyboard and focus, our own look. */
export function ChoiceCard({ name, value, label, checked, disabled = false, onChoose, children }: Props) {
  return (
    <div className={classes.card} data-checked={checked || undefined} data-disabled={disabled || undefined}>
      <input
        className={classes.input}
        type="radio"
        name={name}
        value={value}
        aria-label={label}
        checked={checked}
        disabled={disabled}
        onChange={() => onChoose(value)}
      />
      {children}
    </div>
  )
}

type SetProps = { legend: string /** Smallest width of a card, in rem. */; min: number; children: ReactNode }

export function ChoiceSet({ legend, min, children }: SetProps) {
  return (
    <fieldset className={classes.set}>
      <legend className={classes.legend}>{legend}</legend>
      <div className={classes.grid} style={{ '--card-min': `${min}rem` } as React.CSSProperties}>
        {children}
      </div>
    </fieldset>
  )
}
