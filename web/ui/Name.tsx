import '@fontsource/orbitron/latin-700.css'
import classes from './Name.module.css'

/** The shop's name: the only text in the display face. */
export function Name() {
  return (
    <span className={classes.name}>
      GIVR<span className={classes.world}>WRLD</span>
    </span>
  )
}
