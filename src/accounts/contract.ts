import { z } from 'zod'
import { Instant, Uuid } from '../kit/contract.ts'

/** From least to most. */
export const ROLES = ['customer', 'support', 'operator', 'admin'] as const
export const Role = z.enum(ROLES)
export type Role = z.infer<typeof Role>

/** The customer's account on the game panel; null until the first server or until asked for. */
export const PanelAccount = z.object({
  pterodactylUserId: z.number().int(),
  username: z.string(),
  /** True when the account stood on the panel before us: its password is its owner's. */
  adopted: z.boolean(),
  createdAt: Instant,
})
export type PanelAccount = z.infer<typeof PanelAccount>

/** `enrolled`: an authenticator app is set up. `due`: staff who may do nothing until they set it up, or sign in with its code. */
export const SecondFactor = z.object({ enrolled: z.boolean(), due: z.boolean() })

/** GET /api/me. `user` is null for a stranger. */
export const Me = z.object({
  user: z
    .object({
      id: Uuid,
      email: z.email(),
      name: z.string(),
      emailVerified: z.boolean(),
      role: Role,
      secondFactor: SecondFactor,
      panel: PanelAccount.nullable(),
    })
    .nullable(),
})
export type Me = z.infer<typeof Me>

/** POST /functions/v1/create-pterodactyl-user */
export const PanelUserAsk = z.object({ userId: Uuid, reset_password: z.boolean().optional() })
export const PanelUserAnswer = z.object({
  pterodactyl_user_id: z.number().int(),
  panel_username: z.string(),
  /** Shown once, kept nowhere: only when newly made or reset. */
  password: z.string().optional(),
})
export type PanelUserAnswer = z.infer<typeof PanelUserAnswer>

/** Why a person does what cannot simply be taken back; kept in the audit. */
export const Why = z.string().trim().min(3).max(500)
export const WhyAsk = z.object({ reason: Why }).strict()

/** What a key may: `read` as support, `operate` as operator, `admin` as administrator, `metrics` only GET /metrics. */
export const KEY_SCOPES = ['read', 'operate', 'admin', 'metrics'] as const
export const KeyScope = z.enum(KEY_SCOPES)
export type KeyScope = z.infer<typeof KeyScope>
/** An API key in GET /api/ops/keys; its text is told once, by POST /api/ops/keys. */
export const KeyView = z.object({
  id: Uuid,
  name: z.string(),
  /** Its beginning, by which it is known again. */
  shown: z.string(),
  scopes: z.array(KeyScope),
  state: z.enum(['live', 'expired', 'revoked']),
  /** An e-mail, or `cli:root@host`. */
  createdBy: z.string(),
  createdAt: Instant,
  expiresAt: Instant,
  /** To the minute. */
  lastUsedAt: Instant.nullable(),
  revokedAt: Instant.nullable(),
})
export type KeyView = z.infer<typeof KeyView>
export const KeyList = z.object({ keys: z.array(KeyView) })
export const KEY_DAYS = { fallback: 90, max: 730 } as const
export const KeyAsk = z
  .object({
    name: z.string().trim().min(1).max(80),
    scopes: z.array(KeyScope).min(1).max(KEY_SCOPES.length),
    expires_in_days: z.number().int().min(1).max(KEY_DAYS.max).default(KEY_DAYS.fallback),
    reason: Why,
  })
  .strict()
export const KeyMade = KeyView.extend({ key: z.string() })
export type KeyMade = z.infer<typeof KeyMade>

/** One place where somebody is signed in. */
export const SessionView = z.object({
  id: Uuid,
  /** The one that asks. */
  current: z.boolean(),
  createdAt: Instant,
  expiresAt: Instant,
  ipAddress: z.string().nullable(),
  userAgent: z.string().nullable(),
  /** Whether the second factor was proved in it. */
  secondFactor: z.boolean(),
})
export type SessionView = z.infer<typeof SessionView>
/** GET /api/sessions */
export const SessionList = z.object({ sessions: z.array(SessionView) })

export const StaffRole = z.enum(['support', 'operator', 'admin'])
export const StaffMember = z.object({
  id: Uuid,
  email: z.string(),
  name: z.string(),
  role: Role,
  secondFactor: z.boolean(),
  /** Names of the API keys they made that still work. */
  liveKeys: z.array(z.string()),
  sessions: z.array(SessionView),
})
export type StaffMember = z.infer<typeof StaffMember>
/** GET /api/ops/staff */
export const StaffList = z.object({ staff: z.array(StaffMember) })
/** POST /api/ops/staff */
export const StaffAsk = z.object({ email: z.string().min(3).max(254), role: StaffRole, reason: Why }).strict()
export const StaffAdded = StaffMember.extend({ invited: z.boolean() })
