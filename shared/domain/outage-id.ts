/**
 * The id of the outage that the death of this version opens: the version's own, so that whoever finds the death, with or without the
 * database, names it alike. When the version dies again, after somebody had brought it back, the database adds a number.
 */
export const outageIdOf = (deadVersion: string): string => deadVersion
