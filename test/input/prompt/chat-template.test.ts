import { describe, expect, it } from "vitest";
import { ChatTemplate } from "../../../src/input/prompt/chat-template.ts";

const tokens = { bosToken: "<s>", eosToken: "</s>" };
const chatML =
  "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n" +
  "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

describe("ChatTemplate", () => {
  it("renders the turns, opens the assistant's, and appends the answer prefix", () => {
    const template = new ChatTemplate(chatML, tokens);
    expect(template.isFallback).toBe(false);
    expect(template.render({ user: "U" }, "score: ")).toBe(
      "<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\nscore: ",
    );
    expect(template.render({ system: "S", user: "U" }, "score: ")).toBe(
      "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\nscore: ",
    );
  });

  it("gives plain text where there is no template", () => {
    const template = new ChatTemplate(null, tokens);
    expect(template.isFallback).toBe(true);
    expect(template.render({ user: "U" }, "score: ")).toBe("U\n\nscore: ");
    expect(template.render({ system: "S", user: "U" }, "score:")).toBe("S\n\nU\n\nscore:");
  });

  it.each([
    [
      "refuses",
      "{% if messages[0].role == 'system' %}{{ raise_exception('no system role') }}{% endif %}",
    ],
    [
      "leaves out",
      "{% if messages[0].role == 'system' %}{% set messages = messages[1:] %}{% endif %}",
    ],
  ])("puts the system text into the user's turn where the template %s it", (_, start) => {
    const template = new ChatTemplate(start + chatML, tokens);
    expect(template.render({ system: "S", user: "U" }, "")).toBe(
      "<|im_start|>user\nS\n\nU<|im_end|>\n<|im_start|>assistant\n",
    );
  });

  it("gives content as parts to templates that want it so", () => {
    const template = new ChatTemplate(
      "{% for m in messages %}{% for part in m['content'] %}[{{ part['text'] }}]{% endfor %}{% endfor %}",
      tokens,
    );
    expect(template.render({ user: "U" }, "score: ")).toBe("[U]score: ");
  });

  it("knows what templates expect to be there", () => {
    const template = new ChatTemplate(
      "{{ bos_token }}{{ messages[0].content }}{{ eos_token }}|{{ tools is none }}|" +
        "{{ enable_thinking }}|{{ date_string }}|{{ strftime_now('%Y-%m-%d %B %a %q') }}|" +
        "{{ range(2) | join }}{{ range(5, 1, -2) | join }}|{{ documents is defined }}",
      tokens,
    );
    expect(template.render({ user: "U" }, "")).toBe(
      "<s>U</s>|true|false|01 Jan 2025|2025-01-01 January Wed %q|0153|false",
    );
  });

  it.each([
    ["does not compile", "{% for %}"],
    ["always fails", "{{ raise_exception('out of order') }}"],
    ["does not show the user's turn", "Hello!"],
  ])("refuses a template that %s", (_, source) => {
    expect(() => new ChatTemplate(source, tokens)).toThrow(
      expect.objectContaining({
        code: "TEMPLATE_FAILED",
        place: { field: "tokenizer.chat_template" },
      }),
    );
  });

  it("says which record it failed on", () => {
    const template = new ChatTemplate(
      "{{ messages[0].content }}{% if 'bad' in messages[0].content %}{{ raise_exception('bad') }}{% endif %}",
      tokens,
    );
    expect(() => template.render({ user: "bad" }, "", { record: "a" })).toThrow(
      expect.objectContaining({
        code: "TEMPLATE_FAILED",
        place: { record: "a", field: "tokenizer.chat_template" },
      }),
    );
  });

  it("knows what stands behind an answer", () => {
    expect(new ChatTemplate(chatML, tokens).textAfterAnswer()).toBe(
      "<|im_end|>\n<|im_start|>user\n?<|im_end|>\n<|im_start|>assistant\n",
    );
    const parts =
      "{% for m in messages %}[{{ m.role }}]{% for part in m['content'] %}{{ part['text'] }}{% endfor %}{{ eos_token }}{% endfor %}";
    expect(new ChatTemplate(parts, tokens).textAfterAnswer()).toBe("</s>[user]?</s>");
  });

  it.each([
    ["there is no template", null],
    [
      "the template refuses a turn of the assistant",
      "{{ messages[0].content }}{% if messages | length > 1 %}{{ raise_exception('one') }}{% endif %}",
    ],
    ["the template leaves it out", "{{ messages[0].content }}"],
  ])("knows of nothing behind an answer where %s", (_, source) => {
    expect(new ChatTemplate(source, tokens).textAfterAnswer()).toBe("");
  });
});
