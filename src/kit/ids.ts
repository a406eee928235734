/** Brands keep one room's id from being passed for another's; on the wire and in SQL they are plain strings. */
declare const brand: unique symbol
type Brand<T, Name extends string> = T & { readonly [brand]: Name }

export type OrderId = Brand<string, 'OrderId'>
export type UserId = Brand<string, 'UserId'>

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
export const isUuid = (text: string): boolean => UUID.test(text)
