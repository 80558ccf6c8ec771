/**
 * The id of the outage that the death of this version opens: whoever finds the death, with or without the database, names it alike. When the
 * version dies again, after somebody had brought it back, the database adds a number. It is not the version's own id, under which a login
 * is announced.
 */
export const outageIdOf = (deadVersion: string): string => `outage-${deadVersion}`
