/** Reads the words of `npm run speed -- …`; `today` is the date in the default name of the results. */
export function parseOptions(words: readonly string[], today: string): Record<string, unknown>;
