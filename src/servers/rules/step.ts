import type { Failure } from '../../kit/failure.ts'

/** One thing to do next. A plan is a list of them: the first is done, then everything is read again. */
export type Step =
  /** Ours: follow up a status that was set in SQL by a person. */
  | { do: 'settle_hand_change' }
  /** One look-up by external id. */
  | { do: 'look_up' }
  /** Take in that an attempt left nothing, or did what it should. */
  | { do: 'close_attempt' }
  | { do: 'ensure_account' }
  /** Hold room anew (nothing is reserved), or on another node. */
  | { do: 'reserve' }
  | { do: 'move_reservation' }
  | { do: 'create' }
  /** The server on the panel is provably this order's: take it as its own. */
  | { do: 'adopt' }
  /** A person asked to go on with an order whose server stands: count anew and look. */
  | { do: 'resume' }
  | { do: 'reinstall' }
  /** `anew`: to create it again; `release`: for good. */
  | { do: 'delete'; aim: 'anew' | 'release' }
  /** The server is gone and was never delivered: start over. */
  | { do: 'start_over' }
  | { do: 'suspend' }
  | { do: 'unsuspend' }
  /** The limits of another plan. */
  | { do: 'resize' }
  /** The panel has the limits of the new plan: give back what it freed. */
  | { do: 'confirm_resize' }
  /** The panel has it no more, and nobody wants it: give room and ports back. */
  | { do: 'release' }
  | { do: 'deliver' }
  | { do: 'activate' }
  /** Stop until a person has decided. */
  | { do: 'give_up'; failure: Failure }
