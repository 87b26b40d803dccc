import { Argument, type Command, InvalidArgumentError, Option } from "commander";

/** An option: its flags, and the type of its value, with `undefined` where it may be left out. */
export interface OptionOf<Flags extends string, Value> {
  readonly flags: Flags;
  readonly option: Option;
  /** Never there: it carries the type alone. */
  readonly value?: Value;
}

type AnyOption = OptionOf<string, unknown>;

/** What commander calls the value of `-t, --tune-on <data>`: `tuneOn`; that of `--no-texts`: `texts`. */
type NameOf<Flags extends string> = Flags extends `--no-${infer Long}`
  ? CamelCase<Long>
  : LongName<Flags>;

type LongName<Flags extends string> = Flags extends `${string}--${infer Long}`
  ? CamelCase<Long extends `${infer Name} ${string}` ? Name : Long>
  : never;

type CamelCase<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<CamelCase<Rest>>}`
  : Name;

type GivenName<O> =
  O extends OptionOf<infer Flags, infer Value>
    ? undefined extends Value
      ? never
      : NameOf<Flags>
    : never;

type OptionalName<O> =
  O extends OptionOf<infer Flags, infer Value>
    ? undefined extends Value
      ? NameOf<Flags>
      : never
    : never;

type ValueOf<O> = O extends OptionOf<string, infer Value> ? Exclude<Value, undefined> : never;

/** The values of a list of options, by their names. */
export type OptionValues<Options extends readonly AnyOption[]> = {
  readonly [O in Options[number] as GivenName<O>]: ValueOf<O>;
} & { readonly [O in Options[number] as OptionalName<O>]?: ValueOf<O> };

/** How an option is written whose value has that name: `--max-tokens`. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** An option that is there or not: `--force`. */
export function flag<Flags extends string>(
  flags: Flags,
  help: string,
): OptionOf<Flags, boolean | undefined> {
  return { flags, option: new Option(flags, help) };
}

/** An option that takes something away: `--no-texts`, by which `texts` is false. */
export function negated<Flags extends `--no-${string}`>(
  flags: Flags,
  help: string,
): OptionOf<Flags, boolean> {
  return { flags, option: new Option(flags, help) };
}

/** An option whose value is taken as it is written; without a default it may be left out. */
export function text<Flags extends string, Default extends string | undefined = undefined>(
  flags: Flags,
  help: string,
  fallback?: Default,
): OptionOf<Flags, string | Default> {
  return { flags, option: new Option(flags, help).default(fallback) };
}

/**
 * An option whose value is parsed.
 *
 * @param parse given the value before, where the option is given again; throws commander's
 *   `InvalidArgumentError`.
 * @param shown the default, as the help writes it.
 */
export function parsed<
  Flags extends string,
  Value,
  Default extends NoInfer<Value> | undefined = undefined,
>(
  flags: Flags,
  help: string,
  parse: (text: string, before: Value | undefined) => Value,
  fallback?: Default,
  shown?: string,
): OptionOf<Flags, Value | Default> {
  return { flags, option: new Option(flags, help).default(fallback, shown).argParser(parse) };
}

/** An option that takes one of `choices`. */
export function oneOf<
  Flags extends string,
  Choice extends string,
  Default extends NoInfer<Choice> | undefined = undefined,
>(
  flags: Flags,
  help: string,
  choices: readonly Choice[],
  fallback?: Default,
): OptionOf<Flags, Choice | Default> {
  return { flags, option: new Option(flags, help).default(fallback).choices(choices) };
}

/** Options whose value is a list, as {@link severalOf} makes them. */
const LISTS = new WeakSet<Option>();

/** An option that takes some of `choices`, separated by commas. */
export function severalOf<
  Flags extends string,
  Choice extends string,
  Default extends readonly NoInfer<Choice>[] | undefined = undefined,
>(
  flags: Flags,
  help: string,
  choices: readonly Choice[],
  fallback?: Default,
): OptionOf<Flags, Choice[] | Default> {
  const option = new Option(flags, help)
    .default(fallback, fallback?.join(","))
    .choices(choices)
    .argParser(listOf(choices));
  LISTS.add(option);
  return { flags, option };
}

/** Parses a list separated by commas, each of which must be one of `allowed`. */
function listOf<T extends string>(allowed: readonly T[]): (text: string) => T[] {
  return (text) =>
    text.split(",").map((part) => {
      const found = allowed.find((each) => each === part.trim());
      if (found === undefined) {
        throw new InvalidArgumentError(`Allowed are ${allowed.join(", ")}, separated by commas.`);
      }
      return found;
    });
}

/** Whether an option's value is a list of its choices. */
export function isListOption(option: Option): boolean {
  return LISTS.has(option);
}

/** The option, which must be given. */
export function required<Flags extends string, Value>({
  flags,
  option,
}: OptionOf<Flags, Value>): OptionOf<Flags, Exclude<Value, undefined>> {
  return { flags, option: option.makeOptionMandatory() };
}

/** What commands are given: what aborts them, and who is told their exit code. */
export interface CommandContext {
  readonly signal: AbortSignal;
  readonly finish: (code: number) => void;
}

/** Adds a command below another. */
export type AddCommand = (parent: Command, context: CommandContext) => void;

/** An argument as commander writes it, `<input>`, `[id]` or `<run...>`, what it is, and what it may be. */
type ArgumentDefinition = readonly [flags: string, help?: string, choices?: readonly string[]];

type ArgumentValue<Flags extends string> = Flags extends `${string}...>`
  ? string[]
  : Flags extends `<${string}>`
    ? string
    : string | undefined;

type ArgumentValues<Arguments extends readonly ArgumentDefinition[]> = {
  [Index in keyof Arguments]: ArgumentValue<Arguments[Index][0]>;
};

/** A command, with the action that is run with its arguments and options. */
export interface CommandDefinition<
  Arguments extends readonly ArgumentDefinition[],
  Options extends readonly AnyOption[],
> {
  readonly name: string;
  readonly description: string;
  /** Run where the group that it is in is given no command's name. Default: false. */
  readonly isDefault?: boolean;
  readonly arguments?: Arguments;
  readonly options?: Options;
  /**
   * Resolves to the exit code. It imports what it works with: no command loads what only others use.
   */
  readonly run: (
    values: ArgumentValues<Arguments>,
    options: OptionValues<Options>,
    signal: AbortSignal,
  ) => Promise<number>;
}

/** The default command of each group that has one; commander keeps it to itself. */
const DEFAULT_COMMANDS = new WeakMap<Command, Command>();

/** The command that is run where a group is given no command's name. */
export function defaultCommandOf(group: Command): Command | undefined {
  return DEFAULT_COMMANDS.get(group);
}

/** Defines a command. Types of its arguments and options follow from how they are written. */
export function command<
  const Arguments extends readonly ArgumentDefinition[] = [],
  const Options extends readonly AnyOption[] = [],
>(definition: CommandDefinition<Arguments, Options>): AddCommand {
  return (parent, { signal, finish }) => {
    const { name, description, isDefault = false } = definition;
    const added = parent.command(name, { isDefault }).description(description);
    if (isDefault) DEFAULT_COMMANDS.set(parent, added);
    const values: readonly ArgumentDefinition[] = definition.arguments ?? [];
    for (const [flags, help, choices] of values) {
      const argument = new Argument(flags, help);
      added.addArgument(choices === undefined ? argument : argument.choices(choices));
    }
    for (const { option } of definition.options ?? []) added.addOption(option);
    added.action(async (...given: unknown[]) => {
      // commander passes the arguments, then the options.
      const taken = given.slice(0, values.length) as ArgumentValues<Arguments>;
      const options = given[values.length] as OptionValues<Options>;
      finish(await definition.run(taken, options, signal));
    });
  };
}

/** Defines a command that only holds others: `lager tasks`. */
export function commandGroup(
  name: string,
  description: string,
  commands: readonly AddCommand[],
): AddCommand {
  return (parent, context) => {
    const group = parent.command(name).description(description);
    for (const add of commands) add(group, context);
  };
}
