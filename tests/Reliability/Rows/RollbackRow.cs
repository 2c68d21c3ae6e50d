using Cano.Testing;

namespace Cano.Reliability.Rows;

/// <summary>A saga of five steps fails. The process dies at some point of the rollback, and at some point of
/// the rollback that a resume goes on with; a second resume ends it.</summary>
internal static class RollbackRow
{
    private const int Steps = 5;

    /// <summary>Every point at which a process can die in a rollback, with every point of the next
    /// one.</summary>
    private static IReadOnlyList<(Death First, Death Second)> Pairs { get; } =
    [.. from first in Deaths() from second in Deaths() select (first, second)];

    public static ScoreRow Row { get; } =
        new(
            10,
            "rollback",
            "a rollback goes on where it was, newest first, each step recorded once, never forward again",
            QuickCount: 100,
            FullCount: Pairs.Count,
            RunAsync
        );

    private static async Task<string> RunAsync(Trials trials)
    {
        int repeated = 0,
            died = 0;
        // Fewer trials than pairs: those that the seed chooses.
        var order = Enumerable.Range(0, Pairs.Count).ToArray();
        trials.Chance(0).Shuffle(order);
        for (var trial = 0; trial < trials.Count; trial++)
        {
            var (first, second) = Pairs[order[trial % order.Length]];
            var trail = new Trail();
            var store = new DyingStore();
            await LiveAsync(first, store, trail, isResume: false);
            died++;
            if (await LiveAsync(second, store, trail, isResume: true))
                died++;
            await LiveAsync(Death.Never, store, trail, isResume: true);
            repeated += Check(trail, store, $"trial {trial}: dead at {first}, then at {second}");
        }

        return $"{trials.Count:N0} pairs, {died:N0} deaths, {repeated:N0} compensations begun again, 0 recorded twice";
    }

    private static IEnumerable<Death> Deaths()
    {
        // In the compensation of a step, before and after it takes effect; at the row that follows; at the
        // rows around.
        for (var step = 0; step < Steps; step++)
            foreach (var moment in Enum.GetValues<Moment>())
                yield return new Death($"Compensated s{step}", moment);
        foreach (var row in new[] { "RollbackStarted s5", "RollbackFinished s5" })
        foreach (var moment in new[] { Moment.BeforeRow, Moment.AfterRow })
            yield return new Death(row, moment);
    }

    /// <summary>One process; whether it died as planned.</summary>
    private static async Task<bool> LiveAsync(Death death, DyingStore store, Trail trail, bool isResume)
    {
        store.Revive(death);
        var saga = Saga(store, trail, death);
        var isKnown = (await store.LoadRunAsync("run")).Count > 0;
        if (isResume && !isKnown)
            return false;
        var outcome = isResume
            ? await saga.TryResumeFromAsync("run")
            : await saga.TryOrchestrateAsync("s0", "run");
        Broken.Unless(outcome.IsLeft, "a failed saga came to an exit");
        if (store.IsDead)
            return true;
        Broken.Unless(
            outcome.Match(
                Right: _ => false,
                Left: error => error.Message.Contains("the last step fails", StringComparison.Ordinal)
            ),
            $"the rollback ended with another error: {outcome}"
        );
        return false;
    }

    /// <summary>How many compensations were begun more than once, which only a death before their row
    /// allows.</summary>
    private static int Check(Trail trail, DyingStore store, string where)
    {
        var rows = store.Rows;
        Broken.Unless(
            rows.Select(row => row.Sequence)
                .SequenceEqual(Enumerable.Range(0, rows.Count).Select(i => (long)i)),
            $"{where}: rows are not dense"
        );
        var undone = rows.Where(row => row.Kind == RowKind.Compensated).Select(row => row.State).ToList();
        Broken.Unless(
            undone.SequenceEqual(["s4", "s3", "s2", "s1", "s0"]),
            $"{where}: recorded {string.Join(", ", undone)}"
        );
        var start = rows.TakeWhile(row => row.Kind != RowKind.RollbackStarted).Count();
        Broken.Unless(
            rows.Skip(start)
                .All(row =>
                    row.Kind is RowKind.RollbackStarted or RowKind.Compensated or RowKind.RollbackFinished
                ),
            $"{where}: it turned forward again"
        );
        Broken.Unless(
            rows.Count(row => row.Kind == RowKind.RollbackFinished) == 1,
            $"{where}: it did not end once"
        );
        // A step may be undone again only right after a death that kept its row from being written.
        var begun = trail.Undone;
        Broken.Unless(begun.Distinct().SequenceEqual(undone), $"{where}: undone {string.Join(", ", begun)}");
        for (var i = 1; i < begun.Count; i++)
            Broken.Unless(
                string.CompareOrdinal(begun[i], begun[i - 1]) <= 0,
                $"{where}: undone out of order: {string.Join(", ", begun)}"
            );
        Broken.Unless(trail.DoneLate == 0, $"{where}: a step ran after the rollback had begun");
        Broken.Unless(store.LiveCount == 0, $"{where}: the ended run has rows");
        return begun.Count - undone.Count;
    }

    private static Workflow<string> Saga(DyingStore store, Trail trail, Death death)
    {
        var saga = Workflow.Bare<string>();
        for (var step = 0; step < Steps; step++)
        {
            var (state, next) = ($"s{step}", $"s{step + 1}");
            saga = saga.RegisterWithCompensation<int>(
                state,
                (_, _) =>
                {
                    if (store.HasRow(RowKind.RollbackStarted))
                        trail.DoneLate++;
                    return new((next, 1));
                },
                (_, _, _) =>
                {
                    if (death == new Death($"Compensated {state}", Moment.BeforeWork))
                        store.Die();
                    // What a dead process does has no effect.
                    if (!store.IsDead)
                        trail.Undone.Add(state);
                    if (death == new Death($"Compensated {state}", Moment.AfterWork))
                        store.Die();
                    return default;
                },
                TaskConfig.Minimal
            );
        }

        return saga.Register(
                $"s{Steps}",
                (_, _) => throw new IOException("the last step fails"),
                TaskConfig.Minimal
            )
            .AddExitState("done")
            .WithCheckpointStore(store);
    }

    private enum Moment
    {
        BeforeWork,
        AfterWork,
        BeforeRow,
        AfterRow,
    }

    /// <summary>Where a process dies: around the row, named by its kind and state, or the work before
    /// it.</summary>
    private sealed record Death(string Row, Moment Moment)
    {
        public static Death Never { get; } = new("", Moment.BeforeRow);
    }

    /// <summary>What happened outside.</summary>
    private sealed class Trail
    {
        public List<string> Undone { get; } = [];

        public int DoneLate { get; set; }
    }

    /// <summary>Keeps every row it took, and dies when it is told to.</summary>
    private sealed class DyingStore() : DelegatingCheckpointStore(new MemoryCheckpointStore())
    {
        private readonly List<CheckpointRow> _taken = [];
        private Death _death = Death.Never;

        public bool IsDead { get; private set; }

        public IReadOnlyList<CheckpointRow> Rows => _taken;

        /// <summary>The rows that a resume would find.</summary>
        public int LiveCount => Inner.LoadRunAsync("run").AsTask().Result.Count;

        public bool HasRow(RowKind kind) => _taken.Any(row => row.Kind == kind);

        public void Revive(Death death) => (_death, IsDead) = (death, false);

        public void Die() => IsDead = true;

        public override async ValueTask AppendAsync(
            string runId,
            CheckpointRow row,
            long fence,
            CancellationToken cancellationToken = default
        )
        {
            await WriteAsync(row, async () => await Inner.AppendAsync(runId, row, fence, cancellationToken));
        }

        public override async ValueTask<long> BeginAsync(
            string runId,
            CheckpointRow first,
            CancellationToken cancellationToken = default
        )
        {
            var fence = 0L;
            await WriteAsync(
                first,
                async () => fence = await Inner.BeginAsync(runId, first, cancellationToken)
            );
            return fence;
        }

        private async Task WriteAsync(CheckpointRow row, Func<Task> write)
        {
            var isHere = _death.Row == $"{row.Kind} {row.State}";
            if (isHere && _death.Moment == Moment.BeforeRow)
                Die();
            ThrowIfDead();
            await write();
            _taken.Add(row);
            if (isHere && _death.Moment == Moment.AfterRow)
                Die();
            ThrowIfDead();
        }

        public override ValueTask ClearAsync(string runId, CancellationToken cancellationToken = default)
        {
            ThrowIfDead();
            return Inner.ClearAsync(runId, cancellationToken);
        }

        public override ValueTask DisposeAsync() => default;

        private void ThrowIfDead()
        {
            if (IsDead)
                throw new IOException("the process is dead");
        }
    }
}
