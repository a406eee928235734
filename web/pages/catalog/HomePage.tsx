import { SimpleGrid, Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import { IconServerOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { shopQuery } from '../../api/shop.ts'
import { Empty } from '../../ui/Empty.tsx'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { Loading } from '../../ui/Loading.tsx'
import { GameCard } from './GameCard.tsx'
import { Hero } from './Hero.tsx'
import { HowItGoes } from './HowItGoes.tsx'
import { ShopNotice } from './ShopNotice.tsx'

export function HomePage() {
  useDocumentTitle('GIVRWRLD Servers: game servers, built while you watch')
  return (
    <>
      <Hero />
      <section id="games" aria-labelledby="games-title">
        <Title order={2} id="games-title" mb="md">
          Pick a game
        </Title>
        <Games />
      </section>
      <HowItGoes />
    </>
  )
}

function Games() {
  const shop = useQuery(shopQuery)
  if (shop.isPending) return <Loading label="Loading the games" heights={[220, 220]} />
  if (shop.isError) return <FaultBox error={shop.error} title="The games could not be loaded" retry={shop.refetch} />
  const { games, currency, selling, notice } = shop.data
  return (
    <>
      <ShopNotice selling={selling} notice={notice} />
      {games.length === 0 ? (
        <Empty icon={<IconServerOff size={36} />} title="No games yet">
          <Text>The catalogue has not been set up. Come back later.</Text>
        </Empty>
      ) : (
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="lg" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
          {games.map((game) => (
            <li key={game.id}>
              <GameCard game={game} currency={currency} />
            </li>
          ))}
        </SimpleGrid>
      )}
    </>
  )
}
