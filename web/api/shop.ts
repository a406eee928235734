import { queryOptions, useMutation } from '@tanstack/react-query'
import type { z } from 'zod'
import { GameView, ShopView } from '../../src/catalog/contract.ts'
import { StatusView } from '../../src/health/contract.ts'
import { CheckoutAnswer, type CheckoutAsk } from '../../src/orders/contract.ts'
import { api } from '../paths.ts'
import { call } from './client.ts'

export const shopQuery = queryOptions({
  queryKey: ['shop'],
  queryFn: ({ signal }) => call(ShopView, api.shop, { signal }),
})

/** What fits where changes while the reader chooses, so it is asked again now and then. */
export const gameQuery = (gameId: string) =>
  queryOptions({
    queryKey: ['game', gameId],
    queryFn: ({ signal }) => call(GameView, api.game(gameId), { signal }),
    refetchInterval: 60_000,
  })

export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: ({ signal }) => call(StatusView, api.status, { signal }),
  refetchInterval: 60_000,
})

/** Holds capacity and opens the pay page; the caller sends the reader to `url`. */
export const useCheckout = () =>
  useMutation({
    mutationFn: (ask: z.input<typeof CheckoutAsk>) => call(CheckoutAnswer, api.createCheckout, { method: 'POST', body: ask }),
  })
