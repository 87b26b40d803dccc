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
    // Without a generation prompt, a rendered answer shows how the turn is opened.
    expect(template.render({ user: "U" }, "score: ")).toBe("[U][score: ");
  });

  it.each([
    ["the first message alone", "{{ messages[0].content }}|"],
    ["the last message alone", "{{ messages[-1].content }}|"],
    [
      "a system turn in the user's place",
      "{% set m = (messages | selectattr('role', 'eq', 'system') | list + messages) | first %}{{ m.content }}|",
    ],
  ])("puts the system text into the user's turn where the template shows %s", (_, source) => {
    expect(new ChatTemplate(source, tokens).render({ system: "S", user: "U" }, "")).toBe("S\n\nU|");
  });

  it("asks for no tools in the way that the template bears", () => {
    const looping = new ChatTemplate(`{% for tool in tools %}{% endfor %}${chatML}`, tokens);
    expect(looping.render({ user: "U" }, "")).toContain("U<|im_end|>");
    const naming = new ChatTemplate(`{{ 'On ' + datetime + functions }}.${chatML}`, tokens);
    expect(naming.render({ user: "U" }, "")).toMatch(/^On Jan 01 2025\./);
  });

  it.each([
    [
      "thinks where it is not told to",
      "<|im_start|>assistant\n<think>\n",
      "<think>\n\n</think>\n\n",
    ],
    ["names its own closing tag", "<|im_start|>assistant\n[THINK]", "[THINK][/THINK]"],
  ])("closes the thoughts of a template that %s, and says so", (_, prompt, start) => {
    const source = chatML.replace("<|im_start|>assistant\n{% endif", () => `${prompt}{% endif`);
    const template = new ChatTemplate(source, tokens);
    expect(template.render({ user: "U" }, "score: ")).toContain(`assistant\n${start}score: `);
    expect(template.notice).toContain("thinks before it answers");
  });

  it("says where it cannot know how the assistant's turn is opened", () => {
    const template = new ChatTemplate("{{ messages[0].content }}", tokens);
    expect(template.render({ user: "U" }, "score: ")).toBe("Uscore: ");
    expect(template.notice).toContain("right behind the user's");
    expect(new ChatTemplate(chatML, tokens).notice).toBeUndefined();
    expect(new ChatTemplate(null, tokens).notice).toContain("no chat template");
  });

  it("fails for a record that makes the template open the turn in another way", () => {
    const template = new ChatTemplate(
      chatML.replace(
        "assistant\n",
        "assistant{{ ' thinks' if '/think' in messages[0].content }}\n",
      ),
      tokens,
    );
    expect(template.render({ user: "U" }, "")).toContain("assistant\n");
    expect(() => template.render({ user: "Now /think!" }, "", { record: "a" })).toThrow(
      expect.objectContaining({
        code: "TEMPLATE_FAILED",
        place: expect.objectContaining({ record: "a" }),
      }),
    );
  });

  it("gives up soon on a template that never ends, also where only the probes run long", () => {
    const forever =
      "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}";
    for (const source of [
      forever + chatML,
      `{% if messages | length > 1 %}${forever}{% endif %}${chatML}`,
    ]) {
      expect(() => new ChatTemplate(source, tokens).notice).toThrow(
        expect.objectContaining({
          code: "TEMPLATE_FAILED",
          message: expect.stringContaining("steps"),
        }),
      );
    }
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
