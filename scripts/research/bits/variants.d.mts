export const VARIANTS: Readonly<
  Record<string, { readonly family: string; readonly made: readonly string[] | null }>
>;
export function variantFile(name: string, shipped: string): Promise<string>;
