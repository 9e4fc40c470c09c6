/**
 * SQL: whether a row of `event_entities` names the entity, in the words of its index. A hash finds the rows, the columns say
 * which of them are meant. `wanted`: SQL expressions.
 */
export function namesEntity(
  row: string,
  wanted: { readonly accountId: string; readonly entity: string; readonly id: string },
): string {
  const key = (accountId: string, entity: string, id: string) =>
    `hashtextextended(${id}, uuid_hash_extended(${accountId}, hashtextextended(${entity}, 0)))`;
  const { accountId, entity, id } = wanted;
  return `(${key(`${row}.account_id`, `${row}.entity`, `${row}.entity_id`)} = ${key(accountId, entity, id)}
    AND ${row}.account_id = ${accountId} AND ${row}.entity = ${entity} AND ${row}.entity_id = ${id})`;
}
