/** How a piece of text is drawn: bold, or on a colour of the 256-colour palette. */
export type TextStyle = "bold" | { readonly background: number };

/** A piece of text in a style. */
export interface StyledText {
  readonly text: string;
  readonly style: TextStyle;
}

/**
 * Text for a terminal, in lines. Styles stand beside it and never in it: whoever writes it makes what
 * is in the text visible, and then draws the styles around it.
 */
export type TerminalText = string | readonly (string | StyledText)[];

/** The text, in a style where one is wanted. */
export function styled(text: string, style: TextStyle, color: boolean): string | StyledText {
  return color ? { text, style } : text;
}
