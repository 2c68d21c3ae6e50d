using Cano.Postgres.Connections;
using Cano.Runtime.Errors;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cano.Postgres.Hints;

/// <summary>What is asked about a run.</summary>
internal enum HintAsk
{
    /// <summary>Who has it.</summary>
    Owner,

    /// <summary>Who waits for its end, which has come.</summary>
    Waiters,

    /// <summary>Whether its end is still to come; then this process is among those who wait for it.</summary>
    Await,
}

/// <summary>Asks the database about runs, of those together that are asked about at one time. When very many
/// wait already nothing more is asked: the polls find it.</summary>
internal sealed partial class HintAsks
{
    private const int AtOnce = 1_000;
    private const int WaitingMax = 10_000;

    private readonly Database _database;
    private readonly ILogger _logger;
    private readonly Action<HintAsk, IReadOnlyList<string>, IReadOnlyList<(string Run, long Node)>> _answered;
    private readonly SharedTrips<(HintAsk Ask, string Run)> _trips;

    /// <param name="database">The database.</param>
    /// <param name="logger">Is told when the database does not answer; null: nobody is.</param>
    /// <param name="answered">Hears of all that were asked of in one way, and of whom the database names for
    /// them.</param>
    public HintAsks(
        Database database,
        ILogger? logger,
        Action<HintAsk, IReadOnlyList<string>, IReadOnlyList<(string Run, long Node)>> answered
    )
    {
        (_database, _answered) = (database, answered);
        _logger = GuardedLogger.Around(logger ?? NullLogger.Instance);
        _trips = new(AtOnce, trips: 1, SendAsync);
    }

    /// <summary>The node that waits for ends; 0: none does.</summary>
    public long Own { get; set; }

    public void Ask(HintAsk ask, string run)
    {
        if (_trips.Waiting < WaitingMax)
            _trips.Add((ask, run));
    }

    private async Task SendAsync(IReadOnlyList<(HintAsk Ask, string Run)> some)
    {
        try
        {
            foreach (var ask in some.Distinct().GroupBy(one => one.Ask, one => one.Run))
                await AskAsync(ask.Key, [.. ask]).ConfigureAwait(false);
        }
        // The next poll finds what there is.
        catch (Exception failed)
        {
            LogNotAsked(_logger, failed);
        }
    }

    private async Task AskAsync(HintAsk ask, string[] runs)
    {
        var own = Own;
        if (ask == HintAsk.Await && own == 0)
            return;
        var text = ask switch
        {
            HintAsk.Owner => HintStatements.Owners,
            HintAsk.Waiters => HintStatements.Waiters,
            _ => HintStatements.Await,
        };
        var named = await _database
            .AskAsync(
                "look whom to tell of runs",
                async (connection, _) =>
                {
                    var found = new List<(string, long)>();
                    var command = connection.Asking(_database.Text(text), runs);
                    if (ask == HintAsk.Await)
                        command.Add(own);
                    await using (command.ConfigureAwait(false))
                    {
                        var reader = await command.ExecuteReaderAsync().ConfigureAwait(false);
                        await using (reader.ConfigureAwait(false))
                            while (await reader.ReadAsync().ConfigureAwait(false))
                                found.Add((reader.GetString(0), reader.GetInt64(1)));
                    }

                    return found;
                },
                CancellationToken.None
            )
            .ConfigureAwait(false);
        _answered(ask, runs, named);
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "PostgreSQL could not be asked whom to tell of runs: others find them at their next look"
    )]
    private static partial void LogNotAsked(ILogger logger, Exception exception);
}
