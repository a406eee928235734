import { Text, Title } from '@mantine/core'
import type { GameView } from '../../../src/catalog/contract.ts'
import { dayOf, gb, money, TERM_RHYTHM, termEnd } from '../../ui/format.ts'
import { useNow } from '../../ui/now.ts'
import type { Resolved } from './choice.ts'
import classes from './Game.module.css'

type Props = { game: GameView; resolved: Resolved; name: string }

export function OrderSummary({ game, resolved: { plan, price, region }, name }: Props) {
  const now = useNow(60_000)
  return (
    <section aria-label="Order summary">
      <Title order={2} mb="sm">
        Your order
      </Title>
      <dl className={classes.lines}>
        <dt>Game</dt>
        <dd>
          {game.name}
          {plan && `, ${plan.variant}`}
        </dd>
        {plan && (
          <>
            <dt>Memory</dt>
            <dd>{gb(plan.ramGb)}</dd>
          </>
        )}
        {region && (
          <>
            <dt>Region</dt>
            <dd>{game.regions.find((each) => each.id === region)?.name ?? region}</dd>
          </>
        )}
        {name.trim() !== '' && (
          <>
            <dt>Name</dt>
            <dd>{name.trim()}</dd>
          </>
        )}
      </dl>
      {price && (
        <>
          <div className={classes.total}>
            <span>Due today</span>
            <strong className={classes.big}>{money(price.amountCents, game.currency)}</strong>
          </div>
          <Text size="sm" c="dimmed" mt={6}>
            Renews {TERM_RHYTHM[price.term]} at {money(price.amountCents, game.currency)} until ended. Next payment:{' '}
            {dayOf(termEnd(new Date(now), price.months))}.
          </Text>
        </>
      )}
    </section>
  )
}
