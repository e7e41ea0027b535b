/** A name as SQL writes it. */
export const ident = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Text as SQL writes it. */
export const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
