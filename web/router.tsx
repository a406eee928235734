import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { parseAuditSearch } from './pages/audit/search.ts'
import { parseChoice } from './pages/catalog/choice.ts'
import { HomePage } from './pages/catalog/HomePage.tsx'
import { parseAlertSearch, parseHealthSearch } from './pages/health/search.ts'
import { parseLogSearch } from './pages/operations/logs/log-search.ts'
import { parseFindingSearch, parseOrderSearch } from './pages/operations/search.ts'
import { paths } from './paths.ts'
import { Frame } from './ui/Frame.tsx'
import { NotFound } from './ui/NotFound.tsx'
import { PageFault } from './ui/PageFault.tsx'
import { parseSearch, safeNext, stringifySearch, textOf } from './ui/search.ts'

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound })
const at = <Path extends string>(path: Path) => ({ getParentRoute: () => root, path }) as const

const nextOf = (search: Record<string, unknown>): { next?: string | undefined } => ({ next: safeNext(search['next']) })
const flag = (value: unknown) => (value === '1' ? ('1' as const) : undefined)

const home = createRoute({ ...at(paths.home), component: HomePage })
const game = createRoute({
  ...at(paths.game),
  validateSearch: parseChoice,
  component: lazyRouteComponent(() => import('./pages/catalog/GamePage.tsx'), 'GamePage'),
})
const status = createRoute({
  ...at(paths.status),
  component: lazyRouteComponent(() => import('./pages/health/StatusPage.tsx'), 'StatusPage'),
})

const signIn = createRoute({
  ...at(paths.signIn),
  validateSearch: nextOf,
  component: lazyRouteComponent(() => import('./pages/accounts/SignInPage.tsx'), 'SignInPage'),
})
const signUp = createRoute({
  ...at(paths.signUp),
  validateSearch: nextOf,
  component: lazyRouteComponent(() => import('./pages/accounts/SignUpPage.tsx'), 'SignUpPage'),
})
const forgotten = createRoute({
  ...at(paths.forgotten),
  component: lazyRouteComponent(() => import('./pages/accounts/ForgottenPage.tsx'), 'ForgottenPage'),
})
const reset = createRoute({
  ...at(paths.reset),
  validateSearch: (search: Record<string, unknown>): { token?: string | undefined; error?: string | undefined } => ({
    token: textOf(search['token']),
    error: textOf(search['error']),
  }),
  component: lazyRouteComponent(() => import('./pages/accounts/ResetPage.tsx'), 'ResetPage'),
})
const verified = createRoute({
  ...at(paths.verified),
  validateSearch: (search: Record<string, unknown>): { error?: string | undefined; next?: string | undefined } => ({
    ...nextOf(search),
    error: textOf(search['error']),
  }),
  component: lazyRouteComponent(() => import('./pages/accounts/VerifiedPage.tsx'), 'VerifiedPage'),
})
const account = createRoute({
  ...at(paths.account),
  component: lazyRouteComponent(() => import('./pages/accounts/AccountPage.tsx'), 'AccountPage'),
})

const servers = createRoute({
  ...at(paths.servers),
  component: lazyRouteComponent(() => import('./pages/orders/ServersPage.tsx'), 'ServersPage'),
})
const order = createRoute({
  ...at(paths.order),
  validateSearch: (search: Record<string, unknown>): { paid?: '1' | undefined; canceled?: '1' | undefined } => ({
    paid: flag(search['paid']),
    canceled: flag(search['canceled']),
  }),
  component: lazyRouteComponent(() => import('./pages/orders/OrderPage.tsx'), 'OrderPage'),
})

const terms = createRoute({ ...at(paths.terms), component: lazyRouteComponent(() => import('./pages/legal/TermsPage.tsx'), 'TermsPage') })
const privacy = createRoute({
  ...at(paths.privacy),
  component: lazyRouteComponent(() => import('./pages/legal/PrivacyPage.tsx'), 'PrivacyPage'),
})

const ops = createRoute({ ...at(paths.ops), component: lazyRouteComponent(() => import('./pages/operations/OpsFrame.tsx'), 'OpsFrame') })
const inOps = <Path extends string>(path: Path) => ({ getParentRoute: () => ops, path }) as const
const opsHome = createRoute({
  ...inOps('/'),
  beforeLoad: () => {
    throw redirect({ to: paths.opsOrders, search: { filter: 'all' }, replace: true })
  },
})
const opsOrders = createRoute({
  ...inOps('/orders'),
  validateSearch: parseOrderSearch,
  component: lazyRouteComponent(() => import('./pages/operations/OrdersPage.tsx'), 'OrdersPage'),
})
const opsOrder = createRoute({
  ...inOps('/orders/$orderId'),
  component: lazyRouteComponent(() => import('./pages/operations/OpsOrderPage.tsx'), 'OpsOrderPage'),
})
const opsCustomers = createRoute({
  ...inOps('/customers'),
  validateSearch: (search) => ({ q: textOf(search['q'])?.slice(0, 200), cursor: textOf(search['cursor']) }),
  component: lazyRouteComponent(() => import('./pages/customers/CustomersPage.tsx'), 'CustomersPage'),
})
const opsCustomer = createRoute({
  ...inOps('/customers/$userId'),
  component: lazyRouteComponent(() => import('./pages/customers/CustomerPage.tsx'), 'CustomerPage'),
})
const opsNodes = createRoute({
  ...inOps('/nodes'),
  component: lazyRouteComponent(() => import('./pages/operations/NodesPage.tsx'), 'NodesPage'),
})
const opsDoctor = createRoute({
  ...inOps('/doctor'),
  component: lazyRouteComponent(() => import('./pages/operations/doctor/DoctorPage.tsx'), 'DoctorPage'),
})
const opsFindings = createRoute({
  ...inOps('/findings'),
  validateSearch: parseFindingSearch,
  component: lazyRouteComponent(() => import('./pages/operations/FindingsPage.tsx'), 'FindingsPage'),
})
const opsLogs = createRoute({
  ...inOps('/logs'),
  validateSearch: parseLogSearch,
  component: lazyRouteComponent(() => import('./pages/operations/logs/LogsPage.tsx'), 'LogsPage'),
})

const opsAudit = createRoute({
  ...inOps('/audit'),
  validateSearch: parseAuditSearch,
  component: lazyRouteComponent(() => import('./pages/audit/AuditPage.tsx'), 'AuditPage'),
})
const opsStaff = createRoute({
  ...inOps('/staff'),
  component: lazyRouteComponent(() => import('./pages/accounts/StaffPage.tsx'), 'StaffPage'),
})
const opsKeys = createRoute({
  ...inOps('/keys'),
  component: lazyRouteComponent(() => import('./pages/accounts/KeysPage.tsx'), 'KeysPage'),
})

const opsHealth = createRoute({
  ...inOps('/health'),
  validateSearch: parseHealthSearch,
  component: lazyRouteComponent(() => import('./pages/health/HealthPage.tsx'), 'HealthPage'),
})
const opsAlerts = createRoute({
  ...inOps('/alerts'),
  validateSearch: parseAlertSearch,
  component: lazyRouteComponent(() => import('./pages/health/AlertsPage.tsx'), 'AlertsPage'),
})
const opsAlertSettings = createRoute({
  ...inOps('/alerts/settings'),
  component: lazyRouteComponent(() => import('./pages/health/AlertSettingsPage.tsx'), 'AlertSettingsPage'),
})

const routeTree = root.addChildren([
  home,
  game,
  status,
  signIn,
  signUp,
  forgotten,
  reset,
  verified,
  account,
  servers,
  order,
  terms,
  privacy,
  ops.addChildren([
    opsHome,
    opsHealth,
    opsAlerts,
    opsAlertSettings,
    opsOrders,
    opsOrder,
    opsCustomers,
    opsCustomer,
    opsNodes,
    opsDoctor,
    opsFindings,
    opsLogs,
    opsAudit,
    opsStaff,
    opsKeys,
  ]),
])

export const router = createRouter({
  routeTree,
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultErrorComponent: PageFault,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
