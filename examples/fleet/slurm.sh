#!/bin/bash
# Twenty SLURM tasks score the shards of a run between them. Submit the data first:
#   RUN=$(lager fleet submit answers.jsonl --task general --store /shared/lager --workers 20 | tail -1)
#   sbatch --export=ALL,PLAN=/shared/lager/$RUN/plan.jsonl examples/fleet/slurm.sh
# A task that is killed and requeued goes on where it was: the store keeps what is scored.
#SBATCH --array=0-19
#SBATCH --cpus-per-task=4
#SBATCH --requeue
set -euo pipefail

# Exit code 1 says that some results failed, which are lines of the run: no reason to fail.
lager score --plan "$PLAN" --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" \
  --threads "$SLURM_CPUS_PER_TASK" --quiet || test $? -eq 1
