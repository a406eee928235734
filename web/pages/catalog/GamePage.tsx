import { Box, Group, Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { GameView } from '../../../src/catalog/contract.ts'
import { asFault } from '../../api/fault.ts'
import { gameQuery } from '../../api/shop.ts'
import { paths } from '../../paths.ts'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { Loading } from '../../ui/Loading.tsx'
import { TextLink } from '../../ui/links.tsx'
import { NotFound } from '../../ui/NotFound.tsx'
import { gameArt } from './art.ts'
import { BuyForm } from './BuyForm.tsx'
import classes from './Game.module.css'
import { ShopNotice } from './ShopNotice.tsx'

const route = getRouteApi('/games/$gameId')

export function GamePage() {
  const { gameId } = route.useParams()
  const game = useQuery(gameQuery(gameId))
  if (game.isPending)
    return (
      <Box py="xl">
        <Loading label="Loading the game" heights={[110, 60, 200, 160]} />
      </Box>
    )
  if (game.isError)
    return asFault(game.error).status === 404 ? (
      <NotFound />
    ) : (
      <Box py="xl">
        <FaultBox error={game.error} title="This game could not be loaded" retry={game.refetch} />
      </Box>
    )
  return <Shown game={game.data} />
}

function Shown({ game }: { game: GameView }) {
  useDocumentTitle(`${game.name} server · GIVRWRLD Servers`)
  return (
    <Box py="xl">
      <TextLink to={paths.home} size="sm">
        All games
      </TextLink>
      <Group className={classes.head} wrap="nowrap" mt="sm" mb="xl">
        <img src={gameArt(game)} alt="" className={classes.art} width={320} height={160} />
        <div>
          <Title order={1}>{game.name} server</Title>
          <Text c="dimmed" mt={6} maw={640}>
            {game.summary}
          </Text>
        </div>
      </Group>
      <ShopNotice selling={game.selling} notice={game.notice} />
      <BuyForm game={game} />
    </Box>
  )
}
