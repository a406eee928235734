import { allMigrations } from './migrate.ts'

const STATEMENT =
  /create (?:unique )?index (?<made>\w+) on (?<of>[\w."]+)|alter table (?<from>[\w."]+) rename to (?<to>\w+)|drop table (?:if exists )?(?<gone>[\w."]+)|drop index (?:if exists )?(?<dropped>\w+)/g

/** Names of the indexes that the migrations leave behind; those of keys and constraints are not among them. */
export function expectedIndexes(scripts: string[] = allMigrations().map(({ sql }) => sql)): string[] {
  const tables = new Map<string, string>()
  for (const script of scripts) {
    // A comment may tell of an index; only a statement makes one.
    for (const { groups = {} } of script.replaceAll(/--.*$/gm, '').matchAll(STATEMENT)) {
      const { made, of, from, to, gone, dropped } = groups
      if (made && of) tables.set(made, of)
      if (dropped) tables.delete(dropped)
      for (const [index, table] of tables) {
        if (from && to && table === from) tables.set(index, to)
        if (gone && table === gone) tables.delete(index)
      }
    }
  }
  return [...tables.keys()].sort()
}
