import type { MethodKind } from "../../analysis/eval/method.ts";
import { methodStyle } from "../charts/palette.ts";
import { type Html, html } from "./html.ts";

/** The symbols of charts as characters. */
const SIGNS = {
  circle: "●",
  square: "■",
  triangle: "▲",
  diamond: "◆",
  star: "★",
  times: "×",
} as const;

/** A method's name behind the sign and in the colour that it has in charts. */
export function methodName(name: string, kind?: MethodKind): Html {
  const style = methodStyle(name, kind);
  return html`<span class="method"><span aria-hidden="true" style="color:${style.color}">${SIGNS[style.symbol]}</span> ${name}</span>`;
}
