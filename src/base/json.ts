/**
 * What JSON can hold. Numbers are finite: JSON has no NaN and no infinity, so neither has a result.
 * Use `type` aliases rather than interfaces for records that must fit here.
 */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export type JsonObject = { readonly [key: string]: Json | undefined };
