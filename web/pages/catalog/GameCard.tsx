import { Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { GameSummary } from '../../../src/catalog/contract.ts'
import { paths } from '../../paths.ts'
import { money } from '../../ui/format.ts'
import { gameArt } from './art.ts'
import classes from './Home.module.css'

type Props = { game: GameSummary; currency: string }

export function GameCard({ game, currency }: Props) {
  const closed = game.soldOut || game.fromCents === null
  return (
    <Link to={paths.game} params={{ gameId: game.id }} className={classes.game} data-closed={closed || undefined}>
      <img src={gameArt(game)} alt="" className={classes.art} width={320} height={160} loading="lazy" />
      <div className={classes.about}>
        <Title order={3}>{game.name}</Title>
        <Text size="sm" c="dimmed" lineClamp={2}>
          {game.summary}
        </Text>
        <div className={classes.foot}>
          {game.fromCents === null ? (
            <Text c="dimmed">Not on sale now</Text>
          ) : (
            <Text>
              from{' '}
              <Text span fw={650} className="figure">
                {money(game.fromCents, currency)}
              </Text>{' '}
              <Text span c="dimmed" size="sm">
                a month
              </Text>
            </Text>
          )}
          {game.soldOut && <span className={classes.soldOut}>Sold out</span>}
        </div>
      </div>
    </Link>
  )
}
