import { Tabs } from '@mantine/core'
import type { GameView, PlanView } from '../../../src/catalog/contract.ts'
import { ChoiceCard, ChoiceSet } from '../../ui/ChoiceCard.tsx'
import { gb, money, plural } from '../../ui/format.ts'
import { buyable, variantsOf } from './choice.ts'
import classes from './Game.module.css'

type Props = {
  game: GameView
  variant: string
  plan: PlanView | null
  onVariant: (variant: string) => void
  onPlan: (planId: string) => void
}

/** What runs, as tabs; how large, as cards. A game with one variant needs no tabs. */
export function PlanChoice({ game, variant, plan, onVariant, onPlan }: Props) {
  const variants = variantsOf(game)
  const cards = (
    <ChoiceSet legend="Plan" min={9.25}>
      {game.plans
        .filter((each) => each.variant === variant)
        .map((each) => (
          <PlanCard key={each.id} plan={each} currency={game.currency} chosen={each.id === plan?.id} onPlan={onPlan} />
        ))}
    </ChoiceSet>
  )
  if (variants.length < 2) return cards
  return (
    <Tabs value={variant} onChange={(next) => next && onVariant(next)} keepMounted={false}>
      <Tabs.List aria-label="Variant" mb="lg">
        {variants.map((each) => (
          <Tabs.Tab key={each} value={each} className={classes.tab}>
            {each}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {variants.map((each) => (
        <Tabs.Panel key={each} value={each}>
          {cards}
        </Tabs.Panel>
      ))}
    </Tabs>
  )
}

type CardProps = { plan: PlanView; currency: string; chosen: boolean; onPlan: (planId: string) => void }

function PlanCard({ plan, currency, chosen, onPlan }: CardProps) {
  const monthly = plan.prices.find((price) => price.term === 'monthly') ?? plan.prices[0]
  const open = buyable(plan)
  const price = monthly ? money(monthly.monthlyCents, currency) : 'no price'
  return (
    <ChoiceCard
      name="plan"
      value={plan.id}
      label={`${plan.variant} ${gb(plan.ramGb)}, ${price} a month${open ? '' : ', cannot be bought now'}`}
      checked={chosen}
      disabled={!open}
      onChoose={onPlan}
    >
      <span className={classes.big}>{gb(plan.ramGb)}</span>
      <span className={classes.small}>
        {plural(plan.cores, 'core')} · {gb(plan.diskGb)} disk
      </span>
      <span className={classes.price}>
        {price} <span className={classes.per}>a month</span>
      </span>
      {!open && <span className={classes.gone}>{plan.sellable ? 'Sold out' : (plan.reason ?? 'Not on sale now')}</span>}
    </ChoiceCard>
  )
}
