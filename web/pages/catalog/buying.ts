import { useQuery } from '@tanstack/react-query'
import { useLocation, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { GameView } from '../../../src/catalog/contract.ts'
import { meQuery } from '../../api/accounts.ts'
import { asFault } from '../../api/fault.ts'
import { useCheckout } from '../../api/shop.ts'
import { paths } from '../../paths.ts'
import { stringifySearch } from '../../ui/search.ts'
import type { Resolved } from './choice.ts'

type Ask = { game: GameView; resolved: Resolved; name: string }
type Faults = { name?: string; terms?: string; eula?: string }

/** From the choice to the pay page: who is asking, what is still missing, the one call. */
export function useBuying({ game, resolved, name }: Ask) {
  const me = useQuery(meQuery)
  const navigate = useNavigate()
  const { pathname } = useLocation()
  const checkout = useCheckout()
  const [terms, setTerms] = useState(false)
  const [eula, setEula] = useState(false)
  const [tried, setTried] = useState(false)

  const user = me.data?.user ?? null
  const who = me.isPending ? 'unknown' : !user ? 'stranger' : user.emailVerified ? 'buyer' : 'unverified'
  const { plan, price, region, variant } = resolved
  const open = game.selling && plan !== null && price !== null && region !== null
  const here = pathname + stringifySearch({ variant, plan: plan?.id, term: price?.term, region: region ?? undefined, name: name.trim() })

  const missing: Faults = {}
  if (name.trim() === '') missing.name = 'Give the server a name.'
  if (!terms) missing.terms = 'Accept the terms to go on.'
  if (game.eula && !eula) missing.eula = `Accept the ${game.eula.name} to go on.`
  const refused = checkout.error ? asFault(checkout.error).fields['server_name'] : undefined
  const faults: Faults = tried ? missing : {}
  if (refused && !faults.name) faults.name = refused

  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!open || checkout.isPending) return
    if (who === 'stranger') return void navigate({ to: paths.signUp, search: { next: here } })
    setTried(true)
    if (who !== 'buyer' || Object.keys(missing).length > 0) return
    checkout.mutate(
      {
        plan_id: plan.id,
        region,
        term: price.term,
        server_name: name.trim(),
        accept_terms: true,
        ...(game.eula ? { accept_eula: true } : {}),
      },
      { onSuccess: ({ url }) => location.assign(url) },
    )
  }

  // The pay page is on its way: the button stays busy until this page is gone.
  const busy = checkout.isPending || checkout.isSuccess
  return { user, who, open, here, faults, submit, busy, error: checkout.error, terms, setTerms, eula, setEula } as const
}

export type Buying = ReturnType<typeof useBuying>
