import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import ts from 'typescript'

type Schema = Record<string, unknown> | boolean

/**
 * JSON Schema made from the installed SDK's own declarations, so that an upgrade of the SDK moves the oracle with it.
 * Two traps: its enums are open (`'paid' | OtherString`), so OtherString is left out or every text would pass;
 * `Decimal` is a class there and text on the wire.
 */
export interface SdkSchemas {
  /** @param name as in `Stripe.<name>`, e.g. `Checkout.Session`. */
  check(name: string): ValidateFunction
  /** The check for one kind of event, e.g. `invoice.paid`; null when the SDK knows no such event. */
  checkEvent(type: string): ValidateFunction | null
}

const ENTRY = join(import.meta.dirname, 'virtual-entry.ts')

/** @param names every `Stripe.<name>` that will be asked for. */
export function sdkSchemas(names: string[]): SdkSchemas {
  const aliases = [...names, 'Event'].map((name, index) => `export type T${index} = Stripe.${name}`)
  const source = ["import type Stripe from 'stripe'", ...aliases].join('\n')
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    strict: true,
    types: [],
    skipLibCheck: true,
  }
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists, readFile } = host
  host.getSourceFile = (file, ...rest) =>
    file === ENTRY ? ts.createSourceFile(file, source, ts.ScriptTarget.ES2023) : getSourceFile.call(host, file, ...rest)
  host.fileExists = (file) => file === ENTRY || fileExists.call(host, file)
  host.readFile = (file) => (file === ENTRY ? source : readFile.call(host, file))
  const program = ts.createProgram([ENTRY], options, host)
  const checker = program.getTypeChecker()
  const convert = converter(checker)
  const types = new Map<string, ts.Type>()
  const file = program.getSourceFile(ENTRY)!
  for (const statement of file.statements)
    if (ts.isTypeAliasDeclaration(statement)) {
      const name = [...names, 'Event'][Number(statement.name.text.slice(1))]!
      const type = checker.getTypeAtLocation(statement)
      // A name the SDK does not have would be `any`, and everything would pass.
      if (type.flags & ts.TypeFlags.Any) throw new Error(`The SDK has no type Stripe.${name}.`)
      types.set(name, type)
    }
  const events = new Map((types.get('Event') as ts.UnionType).types.map((type) => [literalOf(checker, type, 'type'), type]))
  const ajv = new Ajv2020({ strict: false, allErrors: false, allowUnionTypes: true, inlineRefs: false })
  const roots = new Map([...types.values(), ...events.values()].map((type) => [type, convert.of(type) as { $ref: string }]))
  // One document for all: what two objects have in common is compiled once.
  ajv.addSchema({ $id: 'sdk', $defs: convert.defs })
  const compile = (type: ts.Type) => ajv.getSchema(`sdk${roots.get(type)!.$ref}`)!
  return {
    check(name) {
      const type = types.get(name)
      if (!type || name === 'Event') throw new Error(`Name Stripe.${name} when making the schemas.`)
      return compile(type)
    },
    checkEvent(type) {
      const found = events.get(type)
      return found ? compile(found) : null
    },
  }
}

const literalOf = (checker: ts.TypeChecker, type: ts.Type, property: string): string | null => {
  const symbol = checker.getPropertyOfType(type, property)
  const value = symbol && checker.getTypeOfSymbol(symbol)
  return value?.isStringLiteral() ? value.value : null
}

/** `string & Record<never, never>`; the SDK's Decimal is an intersection too, of a class and its brand. */
const isOtherString = (type: ts.Type) => type.isIntersection() && type.types.some((part) => Boolean(part.flags & ts.TypeFlags.String))

function converter(checker: ts.TypeChecker) {
  const defs: Record<string, Schema> = {}
  const names = new Map<ts.Type, string>()

  function objectOf(type: ts.Type): Schema {
    const index = checker.getIndexInfoOfType(type, ts.IndexKind.String)
    const properties: Record<string, Schema> = {}
    const required: string[] = []
    for (const symbol of checker.getPropertiesOfType(type)) {
      const optional = Boolean(symbol.flags & ts.SymbolFlags.Optional)
      const inner = checker.getTypeOfSymbol(symbol)
      properties[symbol.name] = of(inner)
      if (!optional) required.push(symbol.name)
    }
    return { type: 'object', properties, required, additionalProperties: index ? of(index.type) : false }
  }

  function unionOf(type: ts.UnionType): Schema {
    const parts = type.types.filter((part) => !(part.flags & ts.TypeFlags.Undefined) && !isOtherString(part))
    const literals = parts.filter((part) => part.isStringLiteral() || part.isNumberLiteral()).map((part) => (part as ts.LiteralType).value)
    const rest = parts.filter((part) => !part.isStringLiteral() && !part.isNumberLiteral()).map(of)
    const all = literals.length > 0 ? [{ enum: literals }, ...rest] : rest
    return all.length === 1 ? all[0]! : { anyOf: all }
  }

  function of(type: ts.Type): Schema {
    const { flags } = type
    if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return true
    if (flags & ts.TypeFlags.Void) return false
    if (flags & ts.TypeFlags.Null) return { type: 'null' }
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value }
    if (flags & ts.TypeFlags.BooleanLiteral) return { const: checker.typeToString(type) === 'true' }
    if (flags & ts.TypeFlags.Boolean) return { type: 'boolean' }
    if (flags & ts.TypeFlags.String || isOtherString(type)) return { type: 'string' }
    if (flags & ts.TypeFlags.Number) return { type: 'number' }
    if (type.isUnion()) return unionOf(type)
    if (checker.isArrayType(type)) return { type: 'array', items: of(checker.getTypeArguments(type as ts.TypeReference)[0]!) }
    const name = type.symbol?.name
    if (type.aliasSymbol?.name === 'Decimal' || name === 'Decimal' || name === 'DecimalImpl')
      return { type: 'string', pattern: '^-?\\d+(\\.\\d+)?$' }
    const known = names.get(type)
    if (known) return { $ref: `#/$defs/${known}` }
    const key = `${name ?? 'type'}${names.size}`.replace(/\W/g, '')
    names.set(type, key)
    defs[key] = objectOf(type)
    return { $ref: `#/$defs/${key}` }
  }
  return { of, defs }
}

/** The SDK the schemas came from, for the message of a failure. */
export const sdkVersion = () => {
  const require = createRequire(import.meta.url)
  return (require(join(dirname(require.resolve('stripe')), '..', 'package.json')) as { version: string }).version
}
