/** A tool that this package has an adapter for, as it is tried for real. */
export interface Tool {
  /** What npm installs, versions pinned. */
  readonly packages: readonly string[];
  /** Environment of the tool: nothing is sent anywhere. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Runs the tool's example and looks at what the tool itself reports.
   *
   * @returns what came of it, in a line.
   */
  tryExample(place: {
    readonly folder: string;
    run(command: string, args: readonly string[]): Promise<{ stdout: string; stderr: string }>;
  }): Promise<string>;
}
