import { QueryClient } from '@tanstack/react-query'
import { Fault } from './fault.ts'

/** A refusal will not change by asking again; a lost answer may. */
const worthAsking = (error: unknown) => !(error instanceof Fault) || error.status === 0 || error.status >= 500

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (failures, error) => failures < 2 && worthAsking(error),
    },
    mutations: { retry: false },
  },
})
