import { Button, Group, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { statusQuery } from '../../api/shop.ts'
import { paths } from '../../paths.ts'
import { duration, plural } from '../../ui/format.ts'
import { TextLink } from '../../ui/links.tsx'
import { HeroSteps } from './HeroSteps.tsx'
import classes from './Home.module.css'

export function Hero() {
  return (
    <section className={classes.hero} aria-labelledby="hero-title">
      <div className={classes.words}>
        <Title order={1} id="hero-title" className={classes.promise}>
          Your game server, built while you watch.
        </Title>
        <Text className={classes.lead}>
          Memory, disk and ports are held for you before you pay. After that, every step is on your screen: what is done, what runs now, and
          if something is in the way, what it is and when we look again.
        </Text>
        <Group mt="xl" gap="lg">
          <Button component="a" href="#games" size="md">
            See the games
          </Button>
          <Measured />
        </Group>
      </div>
      <HeroSteps />
    </section>
  )
}

/** The time a server takes, as measured; without a measurement, nothing is claimed. */
function Measured() {
  const status = useQuery(statusQuery)
  if (!status.data || status.data.medianSeconds === null) return null
  const { medianSeconds, delivered24h } = status.data
  return (
    <Text size="sm" c="dimmed">
      <Text span fw={650} c="var(--site-well)" className="figure">
        {duration(medianSeconds)}
      </Text>{' '}
      from payment to ready: the median of {plural(delivered24h, 'server')} in 24 hours.{' '}
      <TextLink to={paths.status} underline="always" size="sm">
        All figures
      </TextLink>
    </Text>
  )
}
