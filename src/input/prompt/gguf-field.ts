/** Where a GGUF holds its chat template: the field that errors of a judge's own template name. */
export const GGUF_CHAT_TEMPLATE = "tokenizer.chat_template";
