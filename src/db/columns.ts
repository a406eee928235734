import type { ColumnType } from 'kysely'

/** Kinds of column: what is read, what an insert takes, what an update takes. */

/** jsonb: read as a value, written as text (JSON.stringify), because pg turns a bare array into a PostgreSQL array. */
export type Json<T> = ColumnType<T, string, string>
export type JsonOr<T> = ColumnType<T, string | undefined, string>
export type JsonOrNull<T> = ColumnType<T | null, string | null | undefined, string | null>
export type Maybe<T> = ColumnType<T | null, T | null | undefined, T | null>
export type Defaulted<T> = ColumnType<T, T | undefined, T>
export type Facts = Record<string, unknown>
