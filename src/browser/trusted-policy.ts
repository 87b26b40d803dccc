/** What a browser that checks kinds of texts wants in place of markup, and of addresses of scripts. */
interface TrustedTypes {
  createPolicy<Rules>(name: string, rules: Rules): Rules;
}

declare const trustedTypes: TrustedTypes | undefined;

/** Rules by which texts become what such a browser takes; the rules themselves where it takes any text. */
export function trustedPolicy<Rules>(name: string, rules: Rules): Rules {
  return typeof trustedTypes === "undefined" ? rules : trustedTypes.createPolicy(name, rules);
}
