import { Stack, Text, TextInput } from '@mantine/core'
import { IconMoodEmpty } from '@tabler/icons-react'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import type { GameView } from '../../../src/catalog/contract.ts'
import { Empty } from '../../ui/Empty.tsx'
import { Accept } from './Accept.tsx'
import { useBuying } from './buying.ts'
import { type Choice, resolveChoice } from './choice.ts'
import classes from './Game.module.css'
import { OrderSummary } from './OrderSummary.tsx'
import { PlanChoice } from './PlanChoice.tsx'
import { RegionChoice } from './RegionChoice.tsx'
import { TermChoice } from './TermChoice.tsx'

const route = getRouteApi('/games/$gameId')

/** Everything a buyer decides, left; what it comes to and the one button, right. */
export function BuyForm({ game }: { game: GameView }) {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const [name, setName] = useState(search.name ?? '')
  const resolved = resolveChoice(game, search)
  const buying = useBuying({ game, resolved, name })
  const choose = (part: Choice) => void navigate({ search: { ...search, ...part }, replace: true, resetScroll: false })
  const { variant, plan, price, region } = resolved

  return (
    <form className={classes.form} onSubmit={buying.submit} noValidate aria-label={`Order a ${game.name} server`}>
      <div className={classes.choices}>
        <PlanChoice
          game={game}
          variant={variant}
          plan={plan}
          onVariant={(next) => choose({ variant: next, plan: undefined })}
          onPlan={(next) => choose({ variant, plan: next })}
        />
        {plan ? (
          <>
            <TermChoice plan={plan} price={price} currency={game.currency} onTerm={(term) => choose({ plan: plan.id, term })} />
            <RegionChoice game={game} plan={plan} region={region} onRegion={(next) => choose({ plan: plan.id, region: next })} />
            <TextInput
              label="Server name"
              description="Shown on the panel. You can change it there later."
              placeholder={`My ${game.name} server`}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              error={buying.faults.name}
              maxLength={60}
              size="md"
              maw={460}
              autoComplete="off"
              required
            />
          </>
        ) : (
          <Empty icon={<IconMoodEmpty size={32} />} title={`${variant} cannot be bought now`}>
            <Text>There is no room for it at the moment. Room opens when nodes are added or servers end; look again later.</Text>
          </Empty>
        )}
      </div>
      <aside className={classes.summary} aria-label="Your order">
        <Stack className="card" gap="md">
          <OrderSummary game={game} resolved={resolved} name={name} />
          <Accept eula={game.eula} buying={buying} />
        </Stack>
      </aside>
    </form>
  )
}
