// Chat templates: compiled, and rendered with and without a system turn.
import { ChatTemplate } from "../../../dist/index.js";
import { CHAT_TEMPLATE } from "../gguf.mjs";
import { TEMPLATES } from "../gguf-mutations.mjs";
import { mutateBytes } from "../mutate.mjs";
import { Random } from "../random.mjs";
import { takeSteps } from "../steps.mjs";

const PARTS = [
  ...[
    "{% if x %}",
    "{% else %}",
    "{% endif %}",
    "{% for m in messages %}",
    "{% endfor %}",
    "{{ m.content }}",
  ],
  ...[
    "{% set a = [1] * 9 %}",
    "{% set ns = namespace(x=0) %}",
    "{% macro a(b) %}{{ b }}{% endmacro %}",
    "{{ a(1) }}",
  ],
  ...[
    "{{ messages[0]['role'] }}",
    "{{ messages[-1].content }}",
    "{{ 'x' ~ 1 }}",
    "{{ messages | length }}",
  ],
  ...[
    "{{ messages | tojson(indent=2) }}",
    "{{ '%s' | format(1) }}",
    "{{ range(1e9) }}",
    "{{ 2 ** 4000 }}",
  ],
  ...[
    "{{ 'a'.split('') }}",
    "{{ 'a'.replace('a', 'b' * 1000) }}",
    "{{ ('x' * 99999) * 99999 }}",
    "{{ {} }}",
  ],
  ...[
    "{{ raise_exception(messages) }}",
    "{{ strftime_now('%Y') }}",
    "{%- generation -%}",
    "{{ x.__proto__ }}",
  ],
  ...[
    "{{ ''.constructor.constructor('return 1')() }}",
    "{% break %}",
    "{# #}",
    "{% filter upper %}x{% endfilter %}",
  ],
];

export const target = {
  prepare: async () => null,

  /**
   * @param {unknown} _
   * @param {string} seed
   * @param {number[]} [taken]
   */
  make(_, seed, taken) {
    const begin = new Random(`${seed}/begin`);
    let source = begin.chance(0.7) ? CHAT_TEMPLATE : begin.pick(TEMPLATES);
    const steps = takeSteps(seed, taken, (random) => {
      const at = random.below(source.length + 1);
      if (random.chance(0.4)) source = mutateBytes(Buffer.from(source), random).toString();
      else
        source =
          source.slice(0, at) +
          random.pick(PARTS).repeat(random.pick([1, 1, 3, 50])) +
          source.slice(at);
    });
    return { steps, source, what: source.length > 2000 ? `${source.slice(0, 2000)}…` : source };
  },

  /**
   * @param {unknown} _
   * @param {{ source: string }} made
   */
  async run(_, { source }) {
    const template = new ChatTemplate(source, { bosToken: "<s>", eosToken: "</s>" });
    template.render({ user: "u" }, "score: ");
    template.render({ system: "s", user: "u" }, "score: ");
  },
};
