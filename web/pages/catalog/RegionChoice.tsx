import type { GameView, PlanView } from '../../../src/catalog/contract.ts'
import { ChoiceCard, ChoiceSet } from '../../ui/ChoiceCard.tsx'
import { fitsIn } from './choice.ts'
import classes from './Game.module.css'

type Props = { game: GameView; plan: PlanView; region: string | null; onRegion: (region: string) => void }

export function RegionChoice({ game, plan, region, onRegion }: Props) {
  return (
    <ChoiceSet legend="Region" min={9.25}>
      {game.regions.map((each) => {
        const fits = fitsIn(plan, each.id)
        return (
          <ChoiceCard
            key={each.id}
            name="region"
            value={each.id}
            label={fits ? each.name : `${each.name}, sold out`}
            checked={each.id === region}
            disabled={!fits}
            onChoose={onRegion}
          >
            <span className={classes.big}>{each.name}</span>
            {fits ? <span className={classes.small}>Room for this plan</span> : <span className={classes.gone}>Sold out</span>}
          </ChoiceCard>
        )
      })}
    </ChoiceSet>
  )
}
