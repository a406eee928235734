import { IconCheck, IconLoader2 } from '@tabler/icons-react'
import classes from './Home.module.css'

const STEPS = ['Payment received', 'Panel account', 'Server made', 'Game being installed', 'Ready']
const NOW = 3

/** What an order page looks like, as a picture: it says nothing that the text beside it does not. */
export function HeroSteps() {
  return (
    <div className={`card ${classes.steps}`} aria-hidden>
      {STEPS.map((step, place) => (
        <div key={step} className={classes.step} data-state={place < NOW ? 'done' : place === NOW ? 'now' : 'later'}>
          <span className={classes.mark}>
            {place < NOW && <IconCheck size={15} stroke={3} />}
            {place === NOW && <IconLoader2 size={15} className={classes.turning} />}
          </span>
          {step}
        </div>
      ))}
    </div>
  )
}
