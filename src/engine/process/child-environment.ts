/**
 * The environment of the engine's process.
 *
 * Options for Node are not passed on: a second debugger would want its port. Where Yarn keeps packages
 * without a node_modules (Plug'n'Play), they are what finds them, and are.
 *
 * @param parent - the caller's environment.
 * @param versions - of what it runs on; Yarn adds `pnp` to them.
 */
export function childEnvironment(
  parent: NodeJS.ProcessEnv,
  versions: Readonly<Record<string, string | undefined>>,
): NodeJS.ProcessEnv {
  const { NODE_OPTIONS, ...environment } = parent;
  return {
    // ggml would call a debugger to the scene of an abort.
    GGML_NO_BACKTRACE: "1",
    ...environment,
    ...(versions.pnp !== undefined && NODE_OPTIONS !== undefined && { NODE_OPTIONS }),
    // An Electron program is Node to its child.
    ELECTRON_RUN_AS_NODE: "1",
  };
}
