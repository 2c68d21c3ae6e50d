using Cano.Runtime.Checkpoints;
using Cano.Runtime.Data;
using Cano.Runtime.StoredRuns;

namespace Cano;

/// <summary>Copies runs from one store into another, whatever stores they are: from an embedded journal into
/// a database that several machines share, and back.</summary>
public static class JournalCopy
{
    /// <summary>Copies runs with all their rows, and what lies in their inboxes. A run is copied when its
    /// copy was read again, has the same rows, and comes to the same when it is gone on with. The source is
    /// left as it is.</summary>
    /// <param name="from">The source. Its engines are suspended: a run that somebody works on is left out,
    /// and one that is gone on with on both sides is two runs.</param>
    /// <param name="to">The other store. What it has of a run from a copy that was cut short it keeps; of a
    /// run that it has otherwise nothing is touched.</param>
    /// <param name="options">What is copied; every run unless given.</param>
    /// <param name="cancellationToken">Ends the copying behind a run.</param>
    /// <remarks>Tries count from 0 in the copy, and fences are the other store's. In memory and in PostgreSQL
    /// a run is there at once, with its inbox as it was, or not at all. Into an embedded journal an entry of
    /// an inbox is accepted anew: it has the instant of the copy, and ids of what was taken before are not
    /// known there.</remarks>
    /// <exception cref="CanoException">`checkpoint_store`: a store cannot be read or written, or a copy is
    /// not what was copied.</exception>
    public static Task<JournalCopyReport> RunAsync(
        ICheckpointStore from,
        ICheckpointStore to,
        JournalCopyOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        return DoAsync(new CopiedRuns(from, to, isInUse: false), options, cancellationToken);
    }

    internal static async Task<JournalCopyReport> DoAsync(
        CopiedRuns copying,
        JournalCopyOptions? options,
        CancellationToken cancellationToken
    )
    {
        var given = options ?? new JournalCopyOptions();
        var flows = given.Flows.ToHashSet();
        var listing = StoreListing.ListAsync(copying.From, given.Runs, cancellationToken);
        await foreach (var run in listing.ConfigureAwait(false))
        {
            foreach (var (flow, _) in OccurrenceId.AllIn(run.RunId))
                flows.Add(flow);
            await copying.CopyAsync(run).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }

        foreach (var flow in flows)
            await copying.CopyWatermarkAsync(flow).ConfigureAwait(false);
        return new(copying.Runs, copying.Rows, copying.Left);
    }
}

/// <summary>What a <see cref="JournalCopy"/> takes along.</summary>
public sealed record JournalCopyOptions
{
    /// <summary>The runs; all unless given.</summary>
    public RunFilter Runs { get; init; } = RunFilter.All;

    /// <summary>Flows of schedules. How far each has come is copied too; of flows that runs are copied of it
    /// is without being named. None unless given.</summary>
    public IReadOnlyList<string> Flows
    {
        get;
        init => field = ContentList<string>.Of(value);
    } = ContentList<string>.Of([]);

    /// <summary>The runs: "all", "of 'orders'".</summary>
    public override string ToString() => $"{Runs}";
}

/// <summary>What has become of a copy.</summary>
/// <param name="Runs">How many runs the other store has from it, those of an earlier try included.</param>
/// <param name="Rows">How many rows were written.</param>
/// <param name="Left">Those that were left out, and why.</param>
public sealed record JournalCopyReport(long Runs, long Rows, IReadOnlyList<LeftRun> Left)
{
    /// <summary>Those that were left out, and why.</summary>
    public IReadOnlyList<LeftRun> Left
    {
        get;
        init => field = ContentList<LeftRun>.Of(value);
    } = ContentList<LeftRun>.Of(Left);

    /// <summary>The numbers: "12 runs copied, 340 rows written, 1 run left out".</summary>
    public override string ToString() =>
        FormattableString.Invariant(
            $"{Runs} runs copied, {Rows} rows written, {(Left is { } left ? left.Count : 0)} left out"
        );
}

/// <summary>A run that was left out.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Why">What stood against it, as a sentence.</param>
public sealed record LeftRun(string RunId, string Why);
