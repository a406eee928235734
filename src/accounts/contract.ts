import { z } from 'zod'
import { Instant, Uuid } from '../kit/contract.ts'

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

/** GET /api/me. `user` is null for a stranger. */
export const Me = z.object({
  user: z
    .object({ id: Uuid, email: z.email(), name: z.string(), emailVerified: z.boolean(), role: Role, panel: PanelAccount.nullable() })
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
