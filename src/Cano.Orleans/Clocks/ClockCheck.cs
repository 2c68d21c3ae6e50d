using Cano.Postgres.Connections;

namespace Cano.Orleans.Clocks;

/// <summary>Compares the clock of this machine with the database's. Silos judge each other by their own
/// clocks: one whose clock is wrong throws others out.</summary>
internal sealed class ClockCheck(Database database, TimeProvider time)
{
    private const string Ahead = "select clock_timestamp() - $1";

    private static readonly TimeSpan s_offMax = TimeSpan.FromSeconds(10);

    /// <summary>What is wrong; null: the clocks are together, as far as that can be told.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the database does not answer.</exception>
    public async Task<string?> ProblemAsync(CancellationToken cancel)
    {
        // The database looks somewhere between the two.
        var (ahead, took) = await AheadAsync(cancel).ConfigureAwait(false);
        var off =
            ahead < TimeSpan.Zero ? ahead
            : ahead > took ? ahead - took
            : TimeSpan.Zero;
        return off.Duration() > s_offMax
            ? $"the clock of this machine is {off.Duration()} {(off < TimeSpan.Zero ? "ahead of" : "behind")} the "
                + $"database's, and Orleans bears {s_offMax}: set it right, or silos throw each other out"
            : null;
    }

    /// <summary>How far the database's clock is ahead of what ours was, and how long it took to say
    /// so.</summary>
    private ValueTask<(TimeSpan Ahead, TimeSpan Took)> AheadAsync(CancellationToken cancel) =>
        database.AskAsync(
            "compare clocks",
            async (connection, _) =>
            {
                var (now, since) = (time.GetUtcNow().UtcDateTime, TimeProvider.System.GetTimestamp());
                var command = connection.Asking(Ahead, now);
                await using (command.ConfigureAwait(false))
                {
                    var ahead = await command.ExecuteScalarAsync(cancel).ConfigureAwait(false);
                    return ((TimeSpan)ahead!, TimeProvider.System.GetElapsedTime(since));
                }
            },
            cancel
        );
}
