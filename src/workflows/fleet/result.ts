/** A run that was cut into shards. */
export interface PlannedRun {
  /** Its id: the same data with the same options has the same. */
  readonly run: string;
  /** Where its plan lies, with the slices and the parts. */
  readonly folder: string;
  readonly shards: number;
  readonly records: number;
  /** Whether the store did not have it yet. */
  readonly isNew: boolean;
}

/** What a machine has done for a run. */
export interface ShardsScored {
  /** Parts that were scored here, and are in the store. */
  readonly scored: number;
  /** Shards that were there already. */
  readonly found: number;
  /** Results of the parts that were scored here. */
  readonly results: number;
  readonly failures: number;
}

/** A run that was put together. */
export interface CollectedRun {
  readonly scores: number;
  readonly failures: number;
  readonly shards: number;
  /** Numbers of shards that are not scored yet, or not whole. */
  readonly missing: readonly number[];
}

/** How far a run is. */
export interface RunStatus {
  readonly shards: number;
  readonly shardsDone: number;
  readonly records: number;
  /** Of the shards that are done. */
  readonly recordsDone: number;
  /** Why the run is stopped; null where it is not. */
  readonly stopped: string | null;
}

/** How far a run is, and what its queue says. */
export interface FleetStatus extends RunStatus {
  /** Null where no queue was asked. */
  readonly queue: {
    /** Tickets that nobody has taken. */
    readonly waiting: number;
    /** Tickets that a machine works on. */
    readonly active: number;
    /** Tickets that have failed and are about to be cut. */
    readonly failed: number;
    /** Machines that are connected. */
    readonly workers: number;
  } | null;
}
