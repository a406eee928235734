/** Every address a reader can stand on. `$name` is a part that varies, as the router writes it. */
export const paths = {
  home: '/',
  game: '/games/$gameId',
  signIn: '/sign-in',
  signUp: '/sign-up',
  forgotten: '/forgotten',
  reset: '/reset-password',
  verified: '/verified',
  servers: '/servers',
  order: '/orders/$orderId',
  account: '/account',
  status: '/status',
  terms: '/terms',
  privacy: '/privacy',
  ops: '/ops',
  opsOrders: '/ops/orders',
  opsOrder: '/ops/orders/$orderId',
  opsNodes: '/ops/nodes',
  opsFindings: '/ops/findings',
} as const

const id = encodeURIComponent

/** Every address of the API that this app calls. */
export const api = {
  me: '/api/me',
  shop: '/api/shop',
  game: (gameId: string) => `/api/games/${id(gameId)}`,
  status: '/api/status',
  orders: '/api/orders',
  order: (orderId: string, justPaid: boolean) => `/api/orders/${id(orderId)}${justPaid ? '?paid=1' : ''}`,
  orderEvents: (orderId: string, justPaid: boolean) => `/api/orders/${id(orderId)}/events${justPaid ? '?paid=1' : ''}`,
  cancelCheckout: (orderId: string) => `/api/checkouts/${id(orderId)}/cancel`,
  createCheckout: '/functions/v1/create-checkout-session',
  createPanelUser: '/functions/v1/create-pterodactyl-user',
  auth: {
    signUp: '/api/auth/sign-up/email',
    signIn: '/api/auth/sign-in/email',
    signOut: '/api/auth/sign-out',
    sendVerification: '/api/auth/send-verification-email',
    requestReset: '/api/auth/request-password-reset',
    reset: '/api/auth/reset-password',
  },
  ops: {
    overview: '/api/ops/overview',
    orders: '/api/ops/orders',
    order: (orderId: string) => `/api/ops/orders/${id(orderId)}`,
    retry: (orderId: string) => `/api/ops/orders/${id(orderId)}/retry`,
    cancel: (orderId: string) => `/api/ops/orders/${id(orderId)}/cancel`,
    nodes: '/api/ops/nodes',
    syncNodes: '/api/ops/nodes/sync',
    node: (nodeId: number) => `/api/ops/nodes/${nodeId}`,
    findings: '/api/ops/findings',
    resolve: (findingId: string) => `/api/ops/findings/${id(findingId)}/resolve`,
  },
} as const
